"""Writes 28x28 instead of using the images' size."""

TASK = "permute-pixels"
FILE = "training.py"
HINT = "Your function knows one size, 28x28 with one channel. Ask the images for their shape."


def permute_pixels(images, permutation):
    return images.reshape(-1, 784)[:, permutation].reshape(-1, 1, 28, 28)
