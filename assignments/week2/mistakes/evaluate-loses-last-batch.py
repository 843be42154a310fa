"""Leaves out the last batch."""

import torch

TASK = "evaluate"
FILE = "training.py"
HINT = (
    "Your result ignores the last batch. It may be smaller than the others, but its samples are part of the test set."
)


def evaluate(model, loader, loss_fn, device):
    was_training = model.training
    model.eval()
    total, correct, samples = 0.0, 0, 0
    with torch.no_grad():
        for i, (x, y) in enumerate(loader):
            if i == len(loader) - 1:
                break
            x, y = x.to(device), y.to(device)
            output = model(x)
            total += loss_fn(output, y).item() * len(y)
            correct += (output.argmax(dim=1) == y).sum().item()
            samples += len(y)
    model.train(was_training)
    return total / samples, correct / samples
