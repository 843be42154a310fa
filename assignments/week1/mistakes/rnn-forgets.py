"""Ignores the last hidden state."""

import torch

TASK = "rnn-cell"
FILE = "layers.py"
HINT = "Your cell has no memory: the old hidden state never enters."


def rnn_cell(x, h, w_ih, b_ih, w_hh, b_hh):
    return torch.tanh(x @ w_ih.T + b_ih)
