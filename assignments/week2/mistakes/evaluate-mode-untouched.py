"""Evaluates in the mode that it finds the model in."""

import torch

TASK = "evaluate"
FILE = "training.py"
HINT = (
    "You never choose a mode. A model that comes from training is in train mode, with dropout active and"
    " batch norm still learning."
)


def evaluate(model, loader, loss_fn, device):
    total, correct, samples = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            output = model(x)
            total += loss_fn(output, y).item() * len(y)
            correct += (output.argmax(dim=1) == y).sum().item()
            samples += len(y)
    return total / samples, correct / samples
