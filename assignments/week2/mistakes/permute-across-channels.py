"""Permutes the first channel and copies it to the others."""

TASK = "permute-pixels"
FILE = "training.py"
HINT = (
    "All channels of your result show the first one. The same permutation applies to each channel, but each"
    " keeps its own pixels."
)


def permute_pixels(images, permutation):
    first = images[:, :1].flatten(-2)[..., permutation]
    return first.reshape(len(images), 1, *images.shape[-2:]).expand(images.shape)
