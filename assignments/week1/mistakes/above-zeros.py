"""Sets the other numbers to zero and keeps them."""

TASK = "indexing"
FILE = "tensors.py"
HINT = "You keep the shape and write zeros. Asked for are only the numbers above, however many they are."


def above(a, threshold):
    return a * (a > threshold)
