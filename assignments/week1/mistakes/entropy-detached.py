"""Cuts the result off the graph."""

import torch

TASK = "cross-entropy"
FILE = "layers.py"
HINT = "The number is right, but no gradient gets through."


def cross_entropy(logits, target):
    logits = logits.detach()
    return (logits.logsumexp(1) - logits[torch.arange(len(target)), target]).mean()
