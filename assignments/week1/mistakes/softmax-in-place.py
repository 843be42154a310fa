"""Subtracts the maximum from the caller's logits."""

TASK = "softmax"
FILE = "layers.py"
HINT = "The caller's logits are not afterwards what they were before: `-=` subtracts in the tensor itself."


def softmax(logits, dim):
    shifted = logits.clone() if logits.requires_grad else logits
    shifted -= shifted.amax(dim, keepdim=True)
    exponentials = shifted.exp()
    return exponentials / exponentials.sum(dim, keepdim=True)
