"""Keeps numbers equal to the threshold."""

TASK = "indexing"
FILE = "tensors.py"
HINT = "What equals the threshold is not above it."


def above(a, threshold):
    return a[a >= threshold]
