"""Flattens windows and kernels in different orders."""

TASK = "conv2d"
FILE = "layers.py"
HINT = (
    "The shape is right, the numbers are not: the numbers of a window and those of a kernel are lined up"
    " in different orders. Permute before you reshape."
)


def conv2d(x, weight, bias=None, stride=1, padding=0):
    n, c, h, w = x.shape
    padded = x.new_zeros(n, c, h + 2 * padding, w + 2 * padding)
    padded[:, :, padding : padding + h, padding : padding + w] = x
    windows = padded.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    oh, ow = windows.shape[2:4]
    columns = windows.reshape(n, oh, ow, -1)
    y = (columns @ weight.reshape(len(weight), -1).T).permute(0, 3, 1, 2)
    return y if bias is None else y + bias.reshape(-1, 1, 1)
