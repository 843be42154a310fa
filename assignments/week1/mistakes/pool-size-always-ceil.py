"""Rounds up always."""

TASK = "pool-size"
FILE = "shapes.py"
HINT = "Without `ceil_mode` what is left over at the edge is dropped: 5 pixels in windows of 2 make 2, not 3."


def pool2d_output_size(input_size, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
    stride = kernel_size if stride is None else stride
    sizes = []
    for h, k, s, p, d in zip(*map(pair, (input_size, kernel_size, stride, padding, dilation)), strict=True):
        size = -(-(h + 2 * p - d * (k - 1) - 1) // s) + 1
        if (size - 1) * s >= h + p:
            size -= 1
        if size < 1:
            raise ValueError(f"kernel_size {kernel_size} does not fit")
        sizes.append(size)
    return tuple(sizes)
