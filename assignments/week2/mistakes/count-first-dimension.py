"""Adds up the first dimensions only."""

TASK = "count-parameters"
FILE = "training.py"
HINT = (
    "You add up the lengths of the parameters. The length of a matrix is its number of rows: how many numbers"
    " does it hold?"
)


def count_parameters(model):
    return sum(len(p) for p in model.parameters() if p.requires_grad)
