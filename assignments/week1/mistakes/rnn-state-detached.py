"""Cuts the old state off the graph."""

import torch

TASK = "rnn-cell"
FILE = "layers.py"
HINT = "The values are right, but nothing flows back through h: the cell cannot learn from further back than one step."


def rnn_cell(x, h, w_ih, b_ih, w_hh, b_hh):
    return torch.tanh(x @ w_ih.T + b_ih + h.detach() @ w_hh.T + b_hh)
