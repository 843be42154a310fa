"""Sorts what it keeps."""

TASK = "indexing"
FILE = "tensors.py"
HINT = "The right numbers in the wrong order: they are to stay as they stood, row by row."


def above(a, threshold):
    return a[a > threshold].sort().values
