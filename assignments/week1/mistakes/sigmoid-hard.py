"""Returns a straight line with two corners."""

TASK = "activations"
FILE = "layers.py"
HINT = "Your sigmoid has corners. The real one has an exponential in it."


def sigmoid(x):
    return (x / 6 + 0.5).clamp(0, 1)
