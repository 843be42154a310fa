"""Returns the images as they are."""

TASK = "permute-pixels"
FILE = "training.py"
HINT = "Your images come back in order. Indexing makes a new tensor and leaves the old one alone: return the new one."
ALSO = ["permutation-experiment"]


def permute_pixels(images, permutation):
    pixels = images.flatten(-2)
    pixels[..., permutation]
    return images
