"""cnngrade: an auto-graded course on convolutional networks."""

__version__ = "0.1.0"
