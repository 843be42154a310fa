"""Calls PyTorch's recurrent cell."""

import torch

TASK = "rnn-cell"
FILE = "layers.py"
HINT = "Right, but it is PyTorch's cell that does the work. This week you write it yourself."


def rnn_cell(x, h, w_ih, b_ih, w_hh, b_hh):
    return torch.rnn_tanh_cell(x, h, w_ih, w_hh, b_ih, b_hh)
