"""Counts the tensors, not the numbers in them."""

TASK = "count-parameters"
FILE = "training.py"
HINT = "You count how many tensors there are. A weight of shape (8, 784) is one tensor but 6,272 parameters."


def count_parameters(model):
    return len([p for p in model.parameters() if p.requires_grad])
