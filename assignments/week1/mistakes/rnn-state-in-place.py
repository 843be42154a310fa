"""Writes the new state into the old one."""

import torch

TASK = "rnn-cell"
FILE = "layers.py"
HINT = "The caller's h is not afterwards what it was before. Return a new tensor."


def rnn_cell(x, h, w_ih, b_ih, w_hh, b_hh):
    y = torch.tanh(x @ w_ih.T + b_ih + h @ w_hh.T + b_hh)
    h.data = y.detach().clone()
    return y
