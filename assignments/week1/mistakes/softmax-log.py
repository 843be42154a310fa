"""Returns the logarithm of the softmax."""

TASK = "softmax"
FILE = "layers.py"
HINT = "Your probabilities are negative: they are their logarithms."


def softmax(logits, dim):
    return logits - logits.logsumexp(dim, keepdim=True)
