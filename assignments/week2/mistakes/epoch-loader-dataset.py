"""Asks the loader for its dataset."""

TASK = "train-epoch"
FILE = "training.py"
HINT = (
    "Your loop reads `loader.dataset`, which only a DataLoader has. Any list of batches should do: count the"
    " samples as they pass."
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
    return total / len(loader.dataset)
