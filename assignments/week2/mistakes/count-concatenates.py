"""Cannot count a model that has no parameters."""

import torch

TASK = "count-parameters"
FILE = "training.py"
HINT = (
    "Some models have nothing to train: a ReLU, a pool. Your count stops with an error there. What should it return, "
    "and which way of adding up gives that without a special case?"
)


def count_parameters(model):
    return torch.cat([p.flatten() for p in model.parameters() if p.requires_grad]).numel()
