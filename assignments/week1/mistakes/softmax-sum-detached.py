"""Takes the sum for a constant."""

TASK = "softmax"
FILE = "layers.py"
HINT = "The values are right, the gradient is not: the sum depends on the logits too, and has to stay in the graph."


def softmax(logits, dim):
    exponentials = (logits - logits.amax(dim, keepdim=True).detach()).exp()
    return exponentials / exponentials.sum(dim, keepdim=True).detach()
