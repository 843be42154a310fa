"""Picks whole rows."""

TASK = "indexing"
FILE = "tensors.py"
HINT = "You use the rows and forget the columns."


def pick(a, rows, columns):
    return a[rows]
