"""Returns tensors instead of floats."""

import torch

TASK = "evaluate"
FILE = "training.py"
HINT = (
    "Your results are tensors. Numbers that are to be printed, compared and stored are plain floats: take"
    " them out of their tensors."
)


def evaluate(model, loader, loss_fn, device):
    was_training = model.training
    model.eval()
    total, correct, samples = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            output = model(x)
            total += loss_fn(output, y) * len(y)
            correct += (output.argmax(dim=1) == y).sum()
            samples += len(y)
    model.train(was_training)
    return total / samples, correct / samples
