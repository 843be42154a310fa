"""Never sets the gradients to zero."""

TASK = "train-epoch"
FILE = "training.py"
HINT = (
    "Your steps grow from batch to batch. `backward` adds the new gradients to those that are there: what has"
    " to be done with the old ones first?"
)
ALSO = ["lenet-accuracy", "cifarnet-accuracy", "permutation-experiment"]


def train_epoch(model, loader, loss_fn, optimizer, device):
    model.train()
    total, samples = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        loss = loss_fn(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
        samples += len(y)
    return total / samples
