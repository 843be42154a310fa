"""Returns NumPy arrays, object arrays and scalars that pose as numbers, with items that lie; expected: wrong, 0 points."""
import numpy as np


class Item:
    shape, dtype = (), "float64"

    def item(self):
        return LuckyFloat(1.0)


class LuckyFloat(float):
    __eq__ = lambda self, other: True
    __hash__ = float.__hash__


def count_parameters(model):
    return np.array(LuckyFloat(3.0), dtype=object)


def evaluate(model, loader, loss_fn, device):
    return Item(), Item()


def permute_pixels(images, permutation):
    return np.lib.stride_tricks.as_strided(np.zeros(1, np.float32), (10**5, 10**5), (0, 0))


def train_epoch(model, loader, loss_fn, optimizer, device):
    return np.float64("nan")
