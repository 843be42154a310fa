"""Applies softmax before the log-softmax."""

import torch

TASK = "cross-entropy"
FILE = "layers.py"
HINT = "You apply softmax twice: once to the logits, and once more inside the log-sum-exp."


def cross_entropy(logits, target):
    p = softmax(logits, 1)
    return (p.logsumexp(1) - p[torch.arange(len(target)), target]).mean()
