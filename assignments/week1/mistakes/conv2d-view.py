"""Uses `view`, which fails for tensors that are not contiguous."""

TASK = "conv2d"
FILE = "layers.py"
HINT = (
    "`view` works only where the memory is laid out in the order of the dimensions; a transposed tensor's"
    " is not. `reshape` copies where it has to."
)


def conv2d(x, weight, bias=None, stride=1, padding=0):
    n, c, h, w = x.shape
    padded = x.new_zeros(n, c, h + 2 * padding, w + 2 * padding)
    padded[:, :, padding : padding + h, padding : padding + w] = x
    windows = padded.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    columns = windows.permute(0, 2, 3, 1, 4, 5).flatten(3)
    y = (columns @ weight.view(len(weight), -1).T).permute(0, 3, 1, 2)
    return y if bias is None else y + bias.view(-1, 1, 1)
