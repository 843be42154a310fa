"""Returns from inside the loop, after the first batch."""

TASK = "train-epoch"
FILE = "training.py"
HINT = "Your epoch ends after one batch. Look at how far the last line is indented."
ALSO = ["lenet-accuracy", "cifarnet-accuracy", "vgg-accuracy", "permutation-experiment"]


def train_epoch(model, loader, loss_fn, optimizer, device):  # noqa: RET503
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
        return total / samples
