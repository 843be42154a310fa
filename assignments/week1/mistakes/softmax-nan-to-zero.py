"""Replaces NaN by 0."""

import torch

TASK = "softmax"
FILE = "layers.py"
HINT = "You sweep the NaN under the rug: the probabilities of such a row do not add up to 1, and its gradient is wrong."


def softmax(logits, dim):
    exponentials = logits.exp()
    return torch.nan_to_num(exponentials / exponentials.sum(dim, keepdim=True))
