"""Returns the condition instead of the numbers."""

TASK = "indexing"
FILE = "tensors.py"
HINT = "You return where the numbers are. Asked for are the numbers themselves: use your answer as an index."


def above(a, threshold):
    return a > threshold
