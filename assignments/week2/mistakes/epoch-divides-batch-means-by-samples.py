"""Adds up the batches' means and divides by the number of samples."""

TASK = "train-epoch"
FILE = "training.py"
HINT = (
    "Your loss is too small, by about the batch size. The loss of a batch is a mean already: what makes a sum"
    " of it, before you divide by the number of samples?"
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
        total += loss.item()
        samples += len(y)
    return total / samples
