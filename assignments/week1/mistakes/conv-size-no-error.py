"""Returns sizes of 0 and less."""

TASK = "conv-size"
FILE = "shapes.py"
HINT = (
    "A kernel that is larger than the padded image fits nowhere. Your function returns 0 or a negative"
    " size where it should complain."
)


def conv2d_output_size(input_size, kernel_size, stride=1, padding=0, dilation=1):
    sizes = []
    for h, k, s, p, d in zip(*map(pair, (input_size, kernel_size, stride, padding, dilation)), strict=True):
        sizes.append((h + 2 * p - d * (k - 1) - 1) // s + 1)
    return tuple(sizes)
