"""Runs over the loader twice."""

TASK = "train-epoch"
FILE = "training.py"
HINT = (
    "The model takes twice as many steps as the epoch has batches: you run over the loader once to train and"
    " once more for the loss, but train both times."
)


def train_epoch(model, loader, loss_fn, optimizer, device):
    model.train()
    for x, y in loader:
        optimizer.zero_grad()
        loss_fn(model(x.to(device)), y.to(device)).backward()
        optimizer.step()

    total, samples = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = loss_fn(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
        samples += len(y)
    return total / samples
