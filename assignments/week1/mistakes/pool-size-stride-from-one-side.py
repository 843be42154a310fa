"""Takes the kernel's height as the default stride in both directions."""

TASK = "pool-size"
FILE = "shapes.py"
HINT = (
    "With a kernel of (2, 3) the windows are 2 high and 3 wide, and so are the default steps. You use one"
    " of them for both."
)


def pool2d_output_size(input_size, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
    stride = pair(kernel_size)[0] if stride is None else stride
    sizes = []
    for h, k, s, p, d in zip(*map(pair, (input_size, kernel_size, stride, padding, dilation)), strict=True):
        room = h + 2 * p - d * (k - 1) - 1
        size = -(-room // s) + 1 if ceil_mode else room // s + 1
        if ceil_mode and (size - 1) * s >= h + p:
            size -= 1
        if size < 1:
            raise ValueError(f"kernel_size {kernel_size} does not fit")
        sizes.append(size)
    return tuple(sizes)
