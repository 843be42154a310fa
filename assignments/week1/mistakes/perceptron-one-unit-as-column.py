"""Returns a column for a single unit."""

TASK = "perceptron"
FILE = "layers.py"
HINT = "A single unit's answers are to be a vector (N,), not a matrix of one column."


def perceptron(x, weight, bias):
    weight = weight if weight.dim() == 2 else weight[None]
    return (x @ weight.T + bias > 0).float()
