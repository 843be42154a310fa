"""Ignores ceil_mode."""

TASK = "pool-size"
FILE = "shapes.py"
HINT = "Your answer does not depend on `ceil_mode`. With it a last window may hang over the edge."


def pool2d_output_size(input_size, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
    stride = kernel_size if stride is None else stride
    sizes = []
    for h, k, s, p, d in zip(*map(pair, (input_size, kernel_size, stride, padding, dilation)), strict=True):
        size = (h + 2 * p - d * (k - 1) - 1) // s + 1
        if size < 1:
            raise ValueError(f"kernel_size {kernel_size} does not fit")
        sizes.append(size)
    return tuple(sizes)
