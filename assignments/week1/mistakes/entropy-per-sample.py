"""Returns one loss per sample."""

import torch

TASK = "cross-entropy"
FILE = "layers.py"
HINT = "You return a loss for each sample. One number is asked for, their mean."


def cross_entropy(logits, target):
    return logits.logsumexp(1) - logits[torch.arange(len(target)), target]
