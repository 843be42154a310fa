"""Calls PyTorch's sigmoid."""

TASK = "activations"
FILE = "layers.py"
HINT = (
    "Right, but it is PyTorch's layer that does the work. This week you write it yourself: one"
    " exponential, one sum, one division."
)


def sigmoid(x):
    return x.sigmoid()
