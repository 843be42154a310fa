"""Looks at the top layers only and misses what is nested in them."""

TASK = "count-parameters"
FILE = "training.py"
HINT = (
    "Your count misses parameters that sit deeper, in a block within a block, or directly in the model. There"
    " is a method that walks through all of them."
)


def count_parameters(model):
    return sum(p.numel() for m in model.children() for p in m.parameters(recurse=False) if p.requires_grad)
