"""Shuffles the test samples."""

from torch.utils.data import DataLoader

TASK = "loaders"
FILE = "data.py"
HINT = (
    "The order of your test batches is random. Shuffling helps training take better steps; a test takes none,"
    " and in a fixed order its answers can be matched with the pictures."
)


def make_loaders(train_set, test_set, batch_size):
    train_loader = DataLoader(train_set, batch_size=batch_size, shuffle=True)
    test_loader = DataLoader(test_set, batch_size=batch_size, shuffle=True)
    return train_loader, test_loader
