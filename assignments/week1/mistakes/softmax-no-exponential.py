"""Divides the logits by their sum."""

TASK = "softmax"
FILE = "layers.py"
HINT = "You divide the logits themselves by their sum. Negative ones would be negative probabilities."


def softmax(logits, dim):
    return logits / logits.sum(dim, keepdim=True)
