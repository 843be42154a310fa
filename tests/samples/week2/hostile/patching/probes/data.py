"""Replaces the loaders' probe by one that gives handsome answers; expected: wrong, 0 points."""
import sys

import torch


def loaders(submission, train_set, test_set, batch_size):
    def batches(size, shuffled):
        numbers = (torch.randperm(size) if shuffled else torch.arange(size)).reshape(-1, 1, 1, 1)
        return list(zip(numbers.float().split(batch_size), (numbers.flatten() % 10).split(batch_size)))

    sizes = len(train_set[0]), len(test_set[0])
    epochs = [[batches(size, shuffled) for _ in range(2)] for size, shuffled in zip(sizes, (True, False))]
    return {"are_loaders": [True, True], "epochs": epochs}


sys.modules["week_probes"].loaders = loaders
make_loaders = None
