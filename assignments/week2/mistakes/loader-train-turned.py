"""Begins each epoch at another sample, but goes through the set in its order."""

import torch
from torch.utils.data import DataLoader, Sampler

TASK = "loaders"
FILE = "data.py"
HINT = (
    "The training loader begins somewhere else in every epoch and then follows the order of the set: samples that lie"
    " side by side stay in one batch. `DataLoader` can shuffle by itself."
)


class _Turned(Sampler):
    def __init__(self, count):
        self.count = count

    def __len__(self):
        return self.count

    def __iter__(self):
        start = int(torch.randint(self.count // 4, 3 * self.count // 4 + 1, ()))
        return iter([(start + place) % self.count for place in range(self.count)])


def make_loaders(train_set, test_set, batch_size):
    train_loader = DataLoader(train_set, batch_size=batch_size, sampler=_Turned(len(train_set)))
    return train_loader, DataLoader(test_set, batch_size=batch_size)
