"""Drops the last, smaller batch of the training set."""

from torch.utils.data import DataLoader

TASK = "loaders"
FILE = "data.py"
HINT = (
    "When the training set does not divide evenly, your loader leaves the rest out. A smaller last batch is"
    " fine: every sample should come once per epoch."
)


def make_loaders(train_set, test_set, batch_size):
    train_loader = DataLoader(train_set, batch_size=batch_size, shuffle=True, drop_last=True)
    test_loader = DataLoader(test_set, batch_size=batch_size, shuffle=False)
    return train_loader, test_loader
