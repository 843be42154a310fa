"""Takes the logarithm of the softmax's result."""

import torch

TASK = "cross-entropy"
FILE = "layers.py"
HINT = (
    "A probability may be so small that it has become 0, and log 0 is minus infinity. Take the logarithm"
    " on paper, before the numbers are lost."
)


def cross_entropy(logits, target):
    return -softmax(logits, 1)[torch.arange(len(target)), target].log().mean()
