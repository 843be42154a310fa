"""Makes floats of integers."""

TASK = "indexing"
FILE = "tensors.py"
HINT = "What is picked from a matrix of integers is integers."


def pick(a, rows, columns):
    return a[rows, columns].float()
