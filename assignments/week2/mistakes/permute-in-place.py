"""Writes the result into the images that it was given."""

TASK = "permute-pixels"
FILE = "training.py"
HINT = (
    "Your result is right, but the caller's images are permuted as well. A function should leave its"
    " arguments as they were."
)


def permute_pixels(images, permutation):
    images.copy_(images.flatten(-2)[..., permutation].reshape(images.shape))
    return images
