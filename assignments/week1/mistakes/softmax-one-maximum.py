"""Subtracts the largest logit of the whole tensor."""

TASK = "softmax"
FILE = "layers.py"
HINT = (
    "You subtract one maximum from everything. In a row far below it all exponentials vanish, and 0 / 0"
    " is NaN. Each row has a maximum of its own."
)


def softmax(logits, dim):
    exponentials = (logits - logits.max()).exp()
    return exponentials / exponentials.sum(dim, keepdim=True)
