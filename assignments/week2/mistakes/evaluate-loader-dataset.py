"""Asks the loader for its dataset."""

import torch

TASK = "evaluate"
FILE = "training.py"
HINT = (
    "Your function reads `loader.dataset`, which only a DataLoader has. Any list of batches should do: count"
    " the samples as they pass."
)


def evaluate(model, loader, loss_fn, device):
    was_training = model.training
    model.eval()
    total, correct = 0.0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            output = model(x)
            total += loss_fn(output, y).item() * len(y)
            correct += (output.argmax(dim=1) == y).sum().item()
    model.train(was_training)
    return total / len(loader.dataset), correct / len(loader.dataset)
