"""Returns the sum of the losses instead of their mean."""

TASK = "train-epoch"
FILE = "training.py"
HINT = "Your result grows with the size of the data set. A mean is a sum divided by something."


def train_epoch(model, loader, loss_fn, optimizer, device):
    model.train()
    total, samples = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = loss_fn(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
        samples += len(y)
    return total
