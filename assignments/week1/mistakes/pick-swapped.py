"""Takes rows for columns and columns for rows."""

TASK = "indexing"
FILE = "tensors.py"
HINT = "The first index of a matrix is the row."


def pick(a, rows, columns):
    return a.T[rows % a.shape[1], columns % a.shape[0]]
