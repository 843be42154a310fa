"""Ignores the dilation."""

TASK = "conv-size"
FILE = "shapes.py"
HINT = (
    "Your answer is the same for every dilation. A dilated kernel has gaps between its numbers, and so reaches further."
)


def conv2d_output_size(input_size, kernel_size, stride=1, padding=0, dilation=1):
    sizes = []
    for h, k, s, p in zip(*map(pair, (input_size, kernel_size, stride, padding)), strict=True):
        size = (h + 2 * p - k) // s + 1
        if size < 1:
            raise ValueError(f"kernel_size {kernel_size} does not fit")
        sizes.append(size)
    return tuple(sizes)
