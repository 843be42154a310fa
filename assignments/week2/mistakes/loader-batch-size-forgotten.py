"""Leaves out the batch size, so every batch has one sample."""

from torch.utils.data import DataLoader

TASK = "loaders"
FILE = "data.py"
HINT = (
    "Each of your batches holds a single sample, the default of `DataLoader`. Hand your argument on, and by"
    " name: it is easy to get lost among the positions."
)


def make_loaders(train_set, test_set, batch_size):
    return DataLoader(train_set, shuffle=True), DataLoader(test_set, shuffle=False)
