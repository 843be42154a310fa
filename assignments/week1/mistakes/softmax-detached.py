"""Cuts the result off the graph."""

TASK = "softmax"
FILE = "layers.py"
HINT = "The numbers are right, but no gradient gets through."


def softmax(logits, dim):
    exponentials = (logits - logits.amax(dim, keepdim=True)).exp().detach()
    return exponentials / exponentials.sum(dim, keepdim=True)
