"""Leaves the model in train mode, whatever it was in before."""

import torch

TASK = "evaluate"
FILE = "training.py"
HINT = (
    "You always switch to train mode at the end. A model that was in eval mode should be in eval mode"
    " afterwards: remember what you found."
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
    model.train()
    return total / samples, correct / samples
