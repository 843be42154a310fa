"""Subtracts the maximum from the caller's logits."""

import torch

TASK = "cross-entropy"
FILE = "layers.py"
HINT = "The caller's logits are not afterwards what they were before: `-=` subtracts in the tensor itself."


def cross_entropy(logits, target):
    shifted = logits.clone() if logits.requires_grad else logits
    shifted -= shifted.amax(1, keepdim=True)
    return (shifted.exp().sum(1).log() - shifted[torch.arange(len(target)), target]).mean()
