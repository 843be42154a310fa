"""Complains whenever the kernel is larger than the image, also where ceil_mode makes it fit."""

TASK = "pool-size"
FILE = "shapes.py"
HINT = (
    "You compare the window with the image before you compute the size. With `ceil_mode` a window may"
    " hang over the edge, so ask about the result."
)


def pool2d_output_size(input_size, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
    stride = kernel_size if stride is None else stride
    sizes = []
    for h, k, s, p, d in zip(*map(pair, (input_size, kernel_size, stride, padding, dilation)), strict=True):
        room = h + 2 * p - d * (k - 1) - 1
        if room < 0:
            raise ValueError(f"kernel_size {kernel_size} does not fit")
        size = -(-room // s) + 1 if ceil_mode else room // s + 1
        if ceil_mode and (size - 1) * s >= h + p:
            size -= 1
        sizes.append(size)
    return tuple(sizes)
