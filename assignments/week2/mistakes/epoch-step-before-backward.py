"""Steps before it computes the gradients, so each step uses those of the batch before."""

TASK = "train-epoch"
FILE = "training.py"
HINT = (
    "Your step comes before `backward`, so it uses the gradients of the batch before, and the first one has"
    " none to use. A step should follow from the batch that has just been seen."
)


def train_epoch(model, loader, loss_fn, optimizer, device):
    model.train()
    total, samples = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        loss = loss_fn(model(x), y)
        optimizer.step()
        optimizer.zero_grad()
        loss.backward()
        total += loss.item() * len(y)
        samples += len(y)
    return total / samples
