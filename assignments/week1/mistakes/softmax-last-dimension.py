"""Ignores `dim` and takes the last dimension."""

TASK = "softmax"
FILE = "layers.py"
HINT = "Your answer does not depend on `dim`."


def softmax(logits, dim):
    exponentials = (logits - logits.amax(-1, keepdim=True)).exp()
    return exponentials / exponentials.sum(-1, keepdim=True)
