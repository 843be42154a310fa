"""Returns a Python float."""

import torch

TASK = "cross-entropy"
FILE = "layers.py"
HINT = "You return a float. A loss has to stay a tensor: who would differentiate it otherwise?"


def cross_entropy(logits, target):
    return (logits.logsumexp(1) - logits[torch.arange(len(target)), target]).mean().item()
