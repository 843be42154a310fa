"""Picks all crossings of the rows and the columns."""

TASK = "indexing"
FILE = "tensors.py"
HINT = (
    "You get a whole rectangle: every row with every column. Asked for is one number for each i, at"
    " (rows[i], columns[i])."
)


def pick(a, rows, columns):
    return a[rows][:, columns]
