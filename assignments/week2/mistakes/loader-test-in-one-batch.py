"""Loads the whole test set as one batch."""

from torch.utils.data import DataLoader

TASK = "loaders"
FILE = "data.py"
HINT = (
    "Your test loader ignores `batch_size` and builds one huge batch. That works until the test set no longer"
    " fits into memory: cut it like the training set."
)


def make_loaders(train_set, test_set, batch_size):
    train_loader = DataLoader(train_set, batch_size=batch_size, shuffle=True)
    test_loader = DataLoader(test_set, batch_size=len(test_set), shuffle=False)
    return train_loader, test_loader
