"""Returns the accuracy in percent."""

import torch

TASK = "evaluate"
FILE = "training.py"
HINT = (
    "Your accuracy is a percentage. The task asks for a fraction between 0 and 1: turn it into percent where"
    " you print it."
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
    model.train(was_training)
    return total / samples, 100 * correct / samples
