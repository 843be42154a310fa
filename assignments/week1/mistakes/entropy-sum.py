"""Adds the losses up instead of averaging them."""

import torch

TASK = "cross-entropy"
FILE = "layers.py"
HINT = "Your loss grows with the batch. Asked for is the mean."


def cross_entropy(logits, target):
    return (logits.logsumexp(1) - logits[torch.arange(len(target)), target]).sum()
