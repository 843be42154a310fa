"""Leaves out the biases."""

TASK = "count-parameters"
FILE = "training.py"
HINT = "You count weights but no biases. Training changes both."


def count_parameters(model):
    return sum(p.numel() for name, p in model.named_parameters() if p.requires_grad and not name.endswith("bias"))
