"""Steps between the forward pass and `backward`."""

TASK = "train-epoch"
FILE = "training.py"
HINT = (
    "Your step comes before `backward`. It has no gradients of this batch to use, and it changes the"
    " parameters that `backward` still needs: from the second batch on, PyTorch complains about a variable"
    " that was modified in place."
)
ALSO = ["lenet-accuracy", "cifarnet-accuracy", "vgg-accuracy", "permutation-experiment"]


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
