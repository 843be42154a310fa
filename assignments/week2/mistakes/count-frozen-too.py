"""Counts frozen parameters too."""

TASK = "count-parameters"
FILE = "training.py"
HINT = (
    "You count every parameter. One that needs no gradient stays as it is in training, so it is not"
    " trainable: leave it out."
)


def count_parameters(model):
    return sum(p.numel() for p in model.parameters())
