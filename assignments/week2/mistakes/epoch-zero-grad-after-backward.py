"""Clears the gradients just before the step, or takes no step: nothing is learned."""

TASK = "train-epoch"
FILE = "training.py"
HINT = (
    "The model is the same after your epoch as before. Gradients are computed, but no step ever uses them: is"
    " there one, and what happens to the gradients on the way to it? Put the calls in order: clear, compute,"
    " use."
)
ALSO = ["lenet-accuracy", "cifarnet-accuracy", "vgg-accuracy", "permutation-experiment"]


def train_epoch(model, loader, loss_fn, optimizer, device):
    model.train()
    total, samples = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        loss = loss_fn(model(x), y)
        loss.backward()
        optimizer.zero_grad()
        optimizer.step()
        total += loss.item() * len(y)
        samples += len(y)
    return total / samples
