"""Calls PyTorch's cross-entropy."""

from torch import nn

TASK = "cross-entropy"
FILE = "layers.py"
HINT = "Right, but it is PyTorch's loss that does the work. This week you write it yourself; `logsumexp` is allowed."


def cross_entropy(logits, target):
    return nn.CrossEntropyLoss()(logits, target)
