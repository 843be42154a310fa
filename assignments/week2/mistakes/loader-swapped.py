"""Returns the two loaders in the wrong order."""

from torch.utils.data import DataLoader

TASK = "loaders"
FILE = "data.py"
HINT = "The two loaders have changed places: the caller unpacks the training loader first."


def make_loaders(train_set, test_set, batch_size):
    train_loader = DataLoader(train_set, batch_size=batch_size, shuffle=True)
    test_loader = DataLoader(test_set, batch_size=batch_size, shuffle=False)
    return test_loader, train_loader
