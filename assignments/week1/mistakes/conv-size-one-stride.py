"""Uses the vertical stride in both directions."""

TASK = "conv-size"
FILE = "shapes.py"
HINT = "A stride of (2, 3) moves the kernel by 2 downwards and by 3 to the right. You use one of them for both."


def conv2d_output_size(input_size, kernel_size, stride=1, padding=0, dilation=1):
    s = pair(stride)[0]
    sizes = []
    for h, k, p, d in zip(*map(pair, (input_size, kernel_size, padding, dilation)), strict=True):
        size = (h + 2 * p - d * (k - 1) - 1) // s + 1
        if size < 1:
            raise ValueError(f"kernel_size {kernel_size} does not fit")
        sizes.append(size)
    return tuple(sizes)
