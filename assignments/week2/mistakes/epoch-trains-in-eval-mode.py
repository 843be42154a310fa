"""Trains in eval mode."""

TASK = "train-epoch"
FILE = "training.py"
HINT = (
    "You switch to eval mode before training. Then batch norm learns no statistics and dropout drops nothing:"
    " eval mode is for answers, not for learning."
)


def train_epoch(model, loader, loss_fn, optimizer, device):
    model.eval()
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
