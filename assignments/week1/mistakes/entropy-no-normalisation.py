"""Leaves out the log-sum-exp."""

import torch

TASK = "cross-entropy"
FILE = "layers.py"
HINT = (
    "You take the logit less the maximum for the logarithm of a probability. What is left out is the sum"
    " that makes the probabilities add up to 1."
)


def cross_entropy(logits, target):
    shifted = logits - logits.amax(1, keepdim=True)
    return -shifted[torch.arange(len(target)), target].mean()
