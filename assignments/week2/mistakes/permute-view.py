"""Uses `view`, which fails for images that are not contiguous."""

TASK = "permute-pixels"
FILE = "training.py"
HINT = (
    "`view` works only where the memory is laid out in the order of the dimensions, and a transposed or"
    " sliced tensor's is not. There is a sister of it that copies where it has to."
)


def permute_pixels(images, permutation):
    pixels = images.view(*images.shape[:-2], -1)
    return pixels[..., permutation].view(images.shape)
