"""Sets the gradients to zero once per epoch instead of once per batch."""

TASK = "train-epoch"
FILE = "training.py"
HINT = (
    "The first step is right, the later ones carry the gradients of all batches before. Each batch should"
    " start from zero."
)
ALSO = ["lenet-accuracy", "cifarnet-accuracy", "permutation-experiment"]


def train_epoch(model, loader, loss_fn, optimizer, device):
    model.train()
    optimizer.zero_grad()
    total, samples = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        loss = loss_fn(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
        samples += len(y)
    return total / samples
