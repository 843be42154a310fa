"""Counts a weight that two layers share once for each of them."""

TASK = "count-parameters"
FILE = "training.py"
HINT = (
    "Two layers may hold one and the same weight, and training changes it once. Adding up layer by layer counts it twice;"
    " asking the whole model for its parameters does not."
)


def count_parameters(model):
    return sum(
        p.numel() for m in set(model.modules()) for p in m._parameters.values() if p is not None and p.requires_grad
    )
