"""Counts the kernel's moves instead of its stops."""

TASK = "conv-size"
FILE = "shapes.py"
HINT = "Your sizes are one too small. A kernel that cannot move at all still stops once."


def conv2d_output_size(input_size, kernel_size, stride=1, padding=0, dilation=1):
    sizes = []
    for h, k, s, p, d in zip(*map(pair, (input_size, kernel_size, stride, padding, dilation)), strict=True):
        size = (h + 2 * p - d * (k - 1) - 1) // s
        if size < 1:
            raise ValueError(f"kernel_size {kernel_size} does not fit")
        sizes.append(size)
    return tuple(sizes)
