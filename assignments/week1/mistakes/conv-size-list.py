"""Returns a list."""

TASK = "conv-size"
FILE = "shapes.py"
HINT = "The numbers are right, but the result is to be a tuple."


def conv2d_output_size(input_size, kernel_size, stride=1, padding=0, dilation=1):
    sizes = []
    for h, k, s, p, d in zip(*map(pair, (input_size, kernel_size, stride, padding, dilation)), strict=True):
        size = (h + 2 * p - d * (k - 1) - 1) // s + 1
        if size < 1:
            raise ValueError(f"kernel_size {kernel_size} does not fit")
        sizes.append(size)
    return sizes
