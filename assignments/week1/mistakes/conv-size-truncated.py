"""Cuts off the fraction, which rounds negative numbers up."""

TASK = "conv-size"
FILE = "shapes.py"
HINT = (
    "`int(...)` cuts off the fraction: it rounds down above zero and up below. Try input 1, kernel 3,"
    " stride 3: the floor of -2/3 is -1."
)


def conv2d_output_size(input_size, kernel_size, stride=1, padding=0, dilation=1):
    sizes = []
    for h, k, s, p, d in zip(*map(pair, (input_size, kernel_size, stride, padding, dilation)), strict=True):
        size = int((h + 2 * p - d * (k - 1) - 1) / s) + 1
        if size < 1:
            raise ValueError(f"kernel_size {kernel_size} does not fit")
        sizes.append(size)
    return tuple(sizes)
