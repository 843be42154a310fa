"""Does not shuffle the training samples."""

from torch.utils.data import DataLoader

TASK = "loaders"
FILE = "data.py"
HINT = (
    "Your training batches come in the order of the set. Where samples are sorted or resemble their"
    " neighbours, each step then sees a lopsided batch: mix them, anew in every epoch."
)


def make_loaders(train_set, test_set, batch_size):
    return DataLoader(train_set, batch_size=batch_size), DataLoader(test_set, batch_size=batch_size)
