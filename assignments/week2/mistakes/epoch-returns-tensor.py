"""Returns a tensor that still hangs on its graph, not a float."""

TASK = "train-epoch"
FILE = "training.py"
HINT = (
    "Your result is a tensor, and it keeps the graphs of all batches alive until memory runs out. Take the"
    " number out of the tensor."
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
        total += loss * len(y)
        samples += len(y)
    return total / samples
