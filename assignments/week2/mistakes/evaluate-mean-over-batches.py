"""Averages the loss over batches instead of samples."""

import torch

TASK = "evaluate"
FILE = "training.py"
HINT = (
    "Your accuracy is right, your loss is not: a small last batch weighs as much as a full one. Weight each"
    " batch's mean by its size."
)


def evaluate(model, loader, loss_fn, device):
    was_training = model.training
    model.eval()
    total, correct, samples = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            output = model(x)
            total += loss_fn(output, y).item()
            correct += (output.argmax(dim=1) == y).sum().item()
            samples += len(y)
    model.train(was_training)
    return total / len(loader), correct / samples
