"""Returns the figures of the last batch."""

import torch

TASK = "evaluate"
FILE = "training.py"
HINT = (
    "You return the loss and accuracy of the last batch alone: the sums start again at zero in each round of your loop."
)


def evaluate(model, loader, loss_fn, device):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        for x, y in loader:
            total, correct, samples = 0.0, 0, 0
            x, y = x.to(device), y.to(device)
            output = model(x)
            total += loss_fn(output, y).item() * len(y)
            correct += (output.argmax(dim=1) == y).sum().item()
            samples += len(y)
    model.train(was_training)
    return total / samples, correct / samples
