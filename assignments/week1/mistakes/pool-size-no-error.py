"""Returns sizes of 0 and less."""

TASK = "pool-size"
FILE = "shapes.py"
HINT = (
    "A window that is larger than the padded image fits nowhere. Your function returns 0 or a negative"
    " size where it should complain."
)


def pool2d_output_size(input_size, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
    stride = kernel_size if stride is None else stride
    sizes = []
    for h, k, s, p, d in zip(*map(pair, (input_size, kernel_size, stride, padding, dilation)), strict=True):
        room = h + 2 * p - d * (k - 1) - 1
        size = -(-room // s) + 1 if ceil_mode else room // s + 1
        if ceil_mode and (size - 1) * s >= h + p:
            size -= 1
        sizes.append(size)
    return tuple(sizes)
