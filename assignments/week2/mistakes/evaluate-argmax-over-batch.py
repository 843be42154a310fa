"""Looks for the best image of each class, instead of the best class of each image."""

import torch

TASK = "evaluate"
FILE = "training.py"
HINT = (
    "Your `argmax` runs along the batch: it finds the image that most resembles a class. The sizes only agree"
    " where a batch has as many images as there are classes: which dimension holds the classes?"
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
            correct += (output.argmax(dim=0) == y).sum().item()
            samples += len(y)
    model.train(was_training)
    return total / samples, correct / samples
