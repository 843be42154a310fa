"""Divides by the number of classes too."""

import torch

TASK = "cross-entropy"
FILE = "layers.py"
HINT = (
    "Your loss is too small by as many times as there are classes: you average over all entries of a"
    " matrix that is mostly zeros."
)


def cross_entropy(logits, target):
    return (logits.logsumexp(1) - logits[torch.arange(len(target)), target]).mean() / logits.shape[1]
