"""Returns the accuracy first and the loss second."""

import torch

TASK = "evaluate"
FILE = "training.py"
HINT = "Your two numbers have changed places: the loss comes first."


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
    model.train(was_training)
    return correct / samples, total / samples
