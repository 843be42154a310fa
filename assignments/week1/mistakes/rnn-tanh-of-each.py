"""Takes tanh of each part before adding."""

import torch

TASK = "rnn-cell"
FILE = "layers.py"
HINT = "Your state may exceed 1: you add two tanh instead of taking the tanh of the sum."


def rnn_cell(x, h, w_ih, b_ih, w_hh, b_hh):
    return torch.tanh(x @ w_ih.T + b_ih) + torch.tanh(h @ w_hh.T + b_hh)
