"""Normalises over the batch instead of over the classes."""

import torch

TASK = "cross-entropy"
FILE = "layers.py"
HINT = "Your probabilities add up to 1 over the batch. They should for each sample, over its classes."


def cross_entropy(logits, target):
    return (logits - logits.logsumexp(0))[torch.arange(len(target)), target].neg().mean()
