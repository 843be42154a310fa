"""Clears the gradients that the model has."""

import torch

TASK = "evaluate"
FILE = "training.py"
HINT = (
    "Your evaluation throws away the gradients that it finds. Whoever collects them over several batches and looks at"
    " the test loss in between then takes a wrong step: nothing here needs them gone."
)


def evaluate(model, loader, loss_fn, device):
    was_training = model.training
    model.eval()
    model.zero_grad()
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
