"""Calls PyTorch's log-softmax."""

import torch

TASK = "cross-entropy"
FILE = "layers.py"
HINT = "Right, but PyTorch's log-softmax does the work, which is a layer too. `logsumexp` is allowed."


def cross_entropy(logits, target):
    return -logits.log_softmax(1)[torch.arange(len(target)), target].mean()
