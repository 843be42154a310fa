"""Measures the loss again after the step."""

TASK = "train-epoch"
FILE = "training.py"
HINT = (
    "Your loss is too low: it is measured on each batch after the step that has just fitted it. Use the loss"
    " that the gradients came from."
)


def train_epoch(model, loader, loss_fn, optimizer, device):
    model.train()
    total, samples = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = loss_fn(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss_fn(model(x), y).item() * len(y)
        samples += len(y)
    return total / samples
