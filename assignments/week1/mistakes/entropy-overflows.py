"""Takes exp of the logits as they are."""

import torch

TASK = "cross-entropy"
FILE = "layers.py"
HINT = "log sum exp is right on paper. For logits of 100 exp is too large for a float32."


def cross_entropy(logits, target):
    return (logits.exp().sum(1).log() - logits[torch.arange(len(target)), target]).mean()
