"""Divides by the sum over the whole tensor."""

TASK = "softmax"
FILE = "layers.py"
HINT = "All your probabilities together add up to 1. Each slice along `dim` should."


def softmax(logits, dim):
    exponentials = (logits - logits.amax(dim, keepdim=True)).exp()
    return exponentials / exponentials.sum()
