"""Divides the size by the stride."""

TASK = "pool-size"
FILE = "shapes.py"
HINT = (
    "H / S is a special case: a window as wide as the stride, and a size it divides. A 3x3 window with"
    " stride 2 takes 54 to 26, not to 27."
)


def pool2d_output_size(input_size, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
    stride = kernel_size if stride is None else stride
    sizes = []
    for h, s, p in zip(*map(pair, (input_size, stride, padding)), strict=True):
        size = -(-(h + 2 * p) // s) if ceil_mode else (h + 2 * p) // s
        if size < 1:
            raise ValueError(f"kernel_size {kernel_size} does not fit")
        sizes.append(size)
    return tuple(sizes)
