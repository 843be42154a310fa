"""Leaves the model in eval mode."""

import torch

TASK = "evaluate"
FILE = "training.py"
HINT = (
    "After your evaluation the model stays in eval mode, and whoever trains it further trains without dropout"
    " and with frozen batch norm. Leave things as you found them."
)


def evaluate(model, loader, loss_fn, device):
    model.eval()
    total, correct, samples = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            output = model(x)
            total += loss_fn(output, y).item() * len(y)
            correct += (output.argmax(dim=1) == y).sum().item()
            samples += len(y)
    return total / samples, correct / samples
