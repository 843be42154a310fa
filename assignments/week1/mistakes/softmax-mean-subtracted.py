"""Subtracts the mean instead of the maximum."""

TASK = "softmax"
FILE = "layers.py"
HINT = "Subtracting the mean leaves positive exponents, and they may still be thousands."


def softmax(logits, dim):
    exponentials = (logits - logits.mean(dim, keepdim=True)).exp()
    return exponentials / exponentials.sum(dim, keepdim=True)
