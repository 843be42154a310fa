"""Averages the accuracy over batches instead of samples."""

import torch

TASK = "evaluate"
FILE = "training.py"
HINT = (
    "Your accuracy is the mean of the batches' accuracies, so the samples of a small last batch count more"
    " than others. Count the correct answers, and divide once at the end."
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
            correct += (output.argmax(dim=1) == y).float().mean().item()
            samples += len(y)
    model.train(was_training)
    return total / samples, correct / len(loader)
