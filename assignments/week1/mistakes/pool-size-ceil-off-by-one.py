"""Keeps a window that starts right behind the last pixel."""

TASK = "pool-size"
FILE = "shapes.py"
HINT = (
    "You are off by one: pixels are numbered from 0, so the window that starts at H + P starts behind the"
    " last pixel already."
)


def pool2d_output_size(input_size, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
    stride = kernel_size if stride is None else stride
    sizes = []
    for h, k, s, p, d in zip(*map(pair, (input_size, kernel_size, stride, padding, dilation)), strict=True):
        room = h + 2 * p - d * (k - 1) - 1
        size = -(-room // s) + 1 if ceil_mode else room // s + 1
        if ceil_mode and (size - 1) * s > h + p:
            size -= 1
        if size < 1:
            raise ValueError(f"kernel_size {kernel_size} does not fit")
        sizes.append(size)
    return tuple(sizes)
