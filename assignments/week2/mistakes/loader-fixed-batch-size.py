"""Uses batches of 64, whatever `batch_size` says."""

from torch.utils.data import DataLoader

TASK = "loaders"
FILE = "data.py"
HINT = (
    "Your batches have 64 samples for every `batch_size`. An argument that a function takes is a promise to its caller."
)


def make_loaders(train_set, test_set, batch_size):
    train_loader = DataLoader(train_set, batch_size=64, shuffle=True)
    test_loader = DataLoader(test_set, batch_size=64, shuffle=False)
    return train_loader, test_loader
