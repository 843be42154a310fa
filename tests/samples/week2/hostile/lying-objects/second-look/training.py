"""Returns containers that hold something else at every look; expected: wrong or crash, 0 points."""
import itertools

import torch

looks = itertools.count()


class Pair(tuple):
    __iter__ = lambda self: iter((0.0, 1.0) if next(looks) % 2 else (torch.zeros(1), []))
    __len__ = lambda self: 2 + next(looks) % 3


class Book(dict):
    __iter__ = lambda self: iter([f"k{next(looks)}"])
    keys = lambda self: [f"k{next(looks)}"]
    items = lambda self: iter([(1, 2), ("result", (0.0, 1.0))] if next(looks) % 2 else [])
    __getitem__ = get = lambda self, *_: (0.0, 1.0)


class Row(list):
    __iter__ = lambda self: iter([next(looks)])
    __len__ = lambda self: next(looks)


def evaluate(model, loader, loss_fn, device):
    return Pair((9.0, 9.0))


def count_parameters(model):
    return Row([1, 2, 3])


def permute_pixels(images, permutation):
    return Book({"a": 1})
