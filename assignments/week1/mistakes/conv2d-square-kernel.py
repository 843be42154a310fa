"""Takes the kernel to be as wide as it is high."""

TASK = "conv2d"
FILE = "layers.py"
HINT = (
    "You read the kernel's size from one of its sides. `weight.shape` has two more numbers for that, and"
    " they may differ."
)


def conv2d(x, weight, bias=None, stride=1, padding=0):
    n, c, h, w = x.shape
    padded = x.new_zeros(n, c, h + 2 * padding, w + 2 * padding)
    padded[:, :, padding : padding + h, padding : padding + w] = x
    k = weight.shape[2]
    oh, ow = (h + 2 * padding - k) // stride + 1, (w + 2 * padding - k) // stride + 1
    y = x.new_zeros(n, len(weight), oh, ow)
    for i in range(oh):
        for j in range(ow):
            window = padded[:, None, :, i * stride : i * stride + k, j * stride : j * stride + k]
            y[:, :, i, j] = (window * weight).sum((2, 3, 4))
    return y if bias is None else y + bias.reshape(-1, 1, 1)
