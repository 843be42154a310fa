"""Freezes all parameters to record no gradients, and unfreezes all of them."""

TASK = "evaluate"
FILE = "training.py"
HINT = (
    "You freeze the model to record no gradients, and afterwards every parameter requires one, also those that were"
    " frozen before. There is a context that switches the recording off and leaves the parameters alone."
)


def evaluate(model, loader, loss_fn, device):
    was_training = model.training
    model.eval().requires_grad_(False)
    total, correct, samples = 0.0, 0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        output = model(x)
        total += loss_fn(output, y).item() * len(y)
        correct += (output.argmax(dim=1) == y).sum().item()
        samples += len(y)
    model.train(was_training).requires_grad_(True)
    return total / samples, correct / samples
