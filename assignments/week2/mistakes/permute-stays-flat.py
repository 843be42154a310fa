"""Returns the flattened pixels."""

TASK = "permute-pixels"
FILE = "training.py"
HINT = (
    "The pixels are in order, but your result is flat. A convolution wants images: give it back the shape it came in."
)
ALSO = ["permutation-experiment"]


def permute_pixels(images, permutation):
    return images.flatten(-2)[..., permutation]
