"""Makes a window of what is left over at the edge."""

import torch

TASK = "pooling"
FILE = "layers.py"
HINT = "Your max_pool2d reads what is left over at the right and at the bottom. Without `ceil_mode`, PyTorch drops it."


def max_pool2d(x, kernel_size, stride=None):
    step = kernel_size if stride is None else stride
    n, c, h, w = x.shape
    oh, ow = -(-(h - kernel_size) // step) + 1, -(-(w - kernel_size) // step) + 1
    padded = x.new_full((n, c, (oh - 1) * step + kernel_size, (ow - 1) * step + kernel_size), -torch.inf)
    padded[:, :, :h, :w] = x[:, :, : padded.shape[2], : padded.shape[3]]
    return padded.unfold(2, kernel_size, step).unfold(3, kernel_size, step).amax((-2, -1))
