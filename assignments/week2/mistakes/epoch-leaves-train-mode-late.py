"""Switches to train mode only after the first batch."""

TASK = "train-epoch"
FILE = "training.py"
HINT = (
    "The first batch of your epoch runs in the mode that the model happened to be in. The mode belongs before the loop."
)


def train_epoch(model, loader, loss_fn, optimizer, device):
    total, samples = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = loss_fn(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
        samples += len(y)
        model.train()
    return total / samples
