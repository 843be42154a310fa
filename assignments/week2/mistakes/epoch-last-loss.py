"""Returns the loss of the last batch."""

TASK = "train-epoch"
FILE = "training.py"
HINT = (
    "You return what the last batch happened to cost. The mean over all samples of the epoch says more, and jumps less."
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
        total += loss.item() * len(y)
        samples += len(y)
    return loss.item()
