"""Forgets the padding at the left when it looks where the last window starts."""

TASK = "pool-size"
FILE = "shapes.py"
HINT = "You drop windows that do see pixels. Counted from where the padding begins, the image ends at H + P, not at H."


def pool2d_output_size(input_size, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
    stride = kernel_size if stride is None else stride
    sizes = []
    for h, k, s, p, d in zip(*map(pair, (input_size, kernel_size, stride, padding, dilation)), strict=True):
        room = h + 2 * p - d * (k - 1) - 1
        size = -(-room // s) + 1 if ceil_mode else room // s + 1
        if ceil_mode and (size - 1) * s >= h:
            size -= 1
        if size < 1:
            raise ValueError(f"kernel_size {kernel_size} does not fit")
        sizes.append(size)
    return tuple(sizes)
