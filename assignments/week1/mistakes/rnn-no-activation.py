"""Leaves out the activation."""

TASK = "rnn-cell"
FILE = "layers.py"
HINT = "Your cell is linear: the tanh is missing."


def rnn_cell(x, h, w_ih, b_ih, w_hh, b_hh):
    return x @ w_ih.T + b_ih + h @ w_hh.T + b_hh
