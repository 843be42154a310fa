"""Leaves out the second bias."""

import torch

TASK = "rnn-cell"
FILE = "layers.py"
HINT = "There are two biases in the formula. One of yours gets lost, and its gradient with it."


def rnn_cell(x, h, w_ih, b_ih, w_hh, b_hh):
    return torch.tanh(x @ w_ih.T + b_ih + h @ w_hh.T)
