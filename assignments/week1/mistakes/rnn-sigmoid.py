"""Uses the sigmoid."""

TASK = "rnn-cell"
FILE = "layers.py"
HINT = "Your hidden state lies between 0 and 1. Tanh's lies between -1 and 1."


def rnn_cell(x, h, w_ih, b_ih, w_hh, b_hh):
    return sigmoid(x @ w_ih.T + b_ih + h @ w_hh.T + b_hh)
