"""Gives its mode back to the model, not to the layers in it."""

import torch

TASK = "evaluate"
FILE = "training.py"
HINT = (
    "Only the outermost module goes back to its mode. Every layer has a mode of its own: `train` and `eval` pass"
    " theirs on to the layers below, and an attribute that you set does not."
)


def evaluate(model, loader, loss_fn, device):
    was_training = model.training
    model.eval()
    total, correct, samples = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            output = model(x)
            total += loss_fn(output, y).item() * len(y)
            correct += (output.argmax(dim=1) == y).sum().item()
            samples += len(y)
    model.training = was_training
    return total / samples, correct / samples
