"""Complains only when height and width are both too small."""

TASK = "conv-size"
FILE = "shapes.py"
HINT = "One direction in which the kernel does not fit is enough. Look at the condition in front of your `raise`."


def conv2d_output_size(input_size, kernel_size, stride=1, padding=0, dilation=1):
    sizes = []
    for h, k, s, p, d in zip(*map(pair, (input_size, kernel_size, stride, padding, dilation)), strict=True):
        sizes.append((h + 2 * p - d * (k - 1) - 1) // s + 1)
    if max(sizes) < 1:
        raise ValueError(f"kernel_size {kernel_size} does not fit")
    return tuple(sizes)
