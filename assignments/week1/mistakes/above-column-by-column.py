"""Goes through the matrix column by column."""

TASK = "indexing"
FILE = "tensors.py"
HINT = "The right numbers in the wrong order: you read the matrix column by column."


def above(a, threshold):
    return a.T[threshold < a.T]
