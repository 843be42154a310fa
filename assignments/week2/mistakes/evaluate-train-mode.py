"""Evaluates in train mode."""

import torch

TASK = "evaluate"
FILE = "training.py"
HINT = (
    "Your result changes with the batches: dropout is active and batch norm normalises with the batch at"
    " hand, and even learns from the test data. Tell the model that it is being tested."
)


def evaluate(model, loader, loss_fn, device):
    was_training = model.training
    model.train()
    total, correct, samples = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            output = model(x)
            total += loss_fn(output, y).item() * len(y)
            correct += (output.argmax(dim=1) == y).sum().item()
            samples += len(y)
    model.train(was_training)
    return total / samples, correct / samples
