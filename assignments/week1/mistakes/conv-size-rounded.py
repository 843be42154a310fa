"""Rounds to the nearest size instead of down."""

TASK = "conv-size"
FILE = "shapes.py"
HINT = (
    "Your sizes are right where the stride divides evenly. Where it does not, half a stop is no stop: the"
    " kernel never hangs over the edge."
)


def conv2d_output_size(input_size, kernel_size, stride=1, padding=0, dilation=1):
    sizes = []
    for h, k, s, p, d in zip(*map(pair, (input_size, kernel_size, stride, padding, dilation)), strict=True):
        size = int((h + 2 * p - d * (k - 1) - 1) / s + 1.5)
        if size < 1:
            raise ValueError(f"kernel_size {kernel_size} does not fit")
        sizes.append(size)
    return tuple(sizes)
