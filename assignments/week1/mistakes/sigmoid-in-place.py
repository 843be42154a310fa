"""Writes into the caller's tensor."""

TASK = "activations"
FILE = "layers.py"
HINT = "Your sigmoid writes into its argument. Methods that end in an underscore do."


def sigmoid(x):
    return 1 / (1 + x.neg_().exp_())
