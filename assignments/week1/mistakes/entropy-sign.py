"""Forgets the minus sign."""

import torch

TASK = "cross-entropy"
FILE = "layers.py"
HINT = "Your loss is negative, and gets smaller the worse the net is."


def cross_entropy(logits, target):
    return (logits[torch.arange(len(target)), target] - logits.logsumexp(1)).mean()
