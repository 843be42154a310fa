"""Trains in the mode that it finds the model in."""

TASK = "train-epoch"
FILE = "training.py"
HINT = (
    "Your loop trains in whatever mode the model is in. After an evaluation that is eval mode, where batch"
    " norm uses its old statistics and dropout does nothing: say at the start which mode you need."
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
    return total / samples
