"""Takes exp of the logits as they are."""

TASK = "softmax"
FILE = "layers.py"
HINT = (
    "exp(100) is too large for a float32, and inf / inf is NaN. Softmax does not change when the same"
    " number is subtracted from all logits: which one helps?"
)


def softmax(logits, dim):
    exponentials = logits.exp()
    return exponentials / exponentials.sum(dim, keepdim=True)
