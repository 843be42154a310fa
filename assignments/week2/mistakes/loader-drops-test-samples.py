"""Drops the last, smaller batch of the test set."""

from torch.utils.data import DataLoader

TASK = "loaders"
FILE = "data.py"
HINT = (
    "Your test loader leaves samples out when the set does not divide evenly. An accuracy is over all of the"
    " test set, so its last batch counts too."
)


def make_loaders(train_set, test_set, batch_size):
    train_loader = DataLoader(train_set, batch_size=batch_size, shuffle=True)
    test_loader = DataLoader(test_set, batch_size=batch_size, shuffle=False, drop_last=True)
    return train_loader, test_loader
