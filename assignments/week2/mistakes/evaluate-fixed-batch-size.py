"""Multiplies by the size of the first batch, also for a smaller last one."""

import torch

TASK = "evaluate"
FILE = "training.py"
HINT = (
    "You take every batch to be as large as the first one. The last one may be smaller: ask each batch for"
    " its own size."
)


def evaluate(model, loader, loss_fn, device):
    was_training = model.training
    model.eval()
    total, correct, samples, size = 0.0, 0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            output = model(x)
            size = size or len(y)
            total += loss_fn(output, y).item() * size
            correct += (output.argmax(dim=1) == y).sum().item()
            samples += size
    model.train(was_training)
    return total / samples, correct / samples
