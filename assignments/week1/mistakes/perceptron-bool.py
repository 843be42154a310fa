"""Returns True and False."""

TASK = "perceptron"
FILE = "layers.py"
HINT = "The answers are right, but they are booleans. Asked for are the floats 0 and 1."


def perceptron(x, weight, bias):
    return x.float() @ weight.t() + bias > 0
