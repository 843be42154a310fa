"""Averages over batches instead of samples."""

TASK = "train-epoch"
FILE = "training.py"
HINT = (
    "You add up the batches' means and divide by their number, so a last batch of three samples weighs as"
    " much as a full one. Every sample should count the same."
)


def train_epoch(model, loader, loss_fn, optimizer, device):
    model.train()
    total = 0.0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = loss_fn(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item()
    return total / len(loader)
