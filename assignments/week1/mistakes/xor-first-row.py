"""Answers for the first row only."""

import torch

TASK = "perceptron"
FILE = "layers.py"
HINT = "Your xor takes one pair of inputs. It gets a batch of them, (N, 2), and answers with (N,)."


def xor(x):
    return torch.tensor(float(x[0, 0] != x[0, 1]))
