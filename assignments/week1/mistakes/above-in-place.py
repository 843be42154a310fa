"""Changes the matrix it was given."""

TASK = "indexing"
FILE = "tensors.py"
HINT = "Your answer is right, but the caller's matrix is not what it was."


def above(a, threshold):
    kept = a[a > threshold]
    a[a <= threshold] = threshold
    return kept
