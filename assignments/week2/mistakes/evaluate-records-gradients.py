"""Records the graph for gradients that nobody needs."""

TASK = "evaluate"
FILE = "training.py"
HINT = (
    "The numbers are right, but for each batch a graph is recorded that no one will use, which costs time and"
    " memory. There is a context that switches the recording off."
)


def evaluate(model, loader, loss_fn, device):
    was_training = model.training
    model.eval()
    total, correct, samples = 0.0, 0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        output = model(x)
        total += loss_fn(output, y).item() * len(y)
        correct += (output.argmax(dim=1) == y).sum().item()
        samples += len(y)
    model.train(was_training)
    return total / samples, correct / samples
