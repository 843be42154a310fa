"""Builds the test loader from the training set."""

from torch.utils.data import DataLoader

TASK = "loaders"
FILE = "data.py"
HINT = (
    "Both of your loaders read the training set. A network tested on what it has learned by heart always"
    " looks good: the test needs pictures it has never seen."
)


def make_loaders(train_set, test_set, batch_size):
    train_loader = DataLoader(train_set, batch_size=batch_size, shuffle=True)
    test_loader = DataLoader(train_set, batch_size=batch_size, shuffle=False)
    return train_loader, test_loader
