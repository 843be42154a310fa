"""Returns a matrix of one column."""

TASK = "perceptron"
FILE = "layers.py"
HINT = "The answers are right, but they stand in a column (N, 1). Asked for is a vector (N,)."


def xor(x):
    return (x[:, :1] != x[:, 1:]).float()
