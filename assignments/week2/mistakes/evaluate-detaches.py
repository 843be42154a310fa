"""Records the graph of every batch, and throws it away with `detach`."""

TASK = "evaluate"
FILE = "training.py"
HINT = (
    "`detach` takes the output out of a graph that has been recorded all the same, layer by layer. Switch the recording"
    " off before the forward pass."
)


def evaluate(model, loader, loss_fn, device):
    was_training = model.training
    model.eval()
    total, correct, samples = 0.0, 0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        output = model(x).detach()
        total += loss_fn(output, y).item() * len(y)
        correct += (output.argmax(dim=1) == y).sum().item()
        samples += len(y)
    model.train(was_training)
    return total / samples, correct / samples
