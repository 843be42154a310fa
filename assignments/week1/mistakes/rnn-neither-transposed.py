"""Multiplies by the weights instead of their transposes."""

import torch

TASK = "rnn-cell"
FILE = "layers.py"
HINT = "The formula is for one column vector: W x. With samples as rows, that is x @ (W transposed)."


def rnn_cell(x, h, w_ih, b_ih, w_hh, b_hh):
    return torch.tanh(x @ w_ih + b_ih + h @ w_hh + b_hh)
