"""Multiplies by the recurrent weight instead of its transpose."""

import torch

TASK = "rnn-cell"
FILE = "layers.py"
HINT = (
    "No error, for W_hh is square, but wrong: row i of W_hh makes number i of the new state. In a batch"
    " that is h @ (W_hh transposed)."
)


def rnn_cell(x, h, w_ih, b_ih, w_hh, b_hh):
    return torch.tanh(x @ w_ih.T + b_ih + h @ w_hh + b_hh)
