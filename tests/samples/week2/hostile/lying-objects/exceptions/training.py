"""Raises exceptions that lie about themselves: hostile __str__, __class__, traceback, name; expected: crash, 0 points."""
from cnngrade.sandbox.inside.errors import Missing, Unfit


class Hostile(Exception):
    def __str__(self):
        raise SystemExit(0)

    __repr__ = __str__


class Base(BaseException):
    __class__ = property(lambda self: NotImplementedError)
    __traceback__ = property(lambda self: 1 / 0)


class Group(BaseExceptionGroup):
    pass


def count_parameters(model):
    raise Hostile


def permute_pixels(images, permutation):
    raise Base


def evaluate(model, loader, loss_fn, device):
    raise Group("x" * 10**6, [Missing("pass"), Unfit("pass"), SystemExit(0)])


def train_epoch(model, loader, loss_fn, optimizer, device):
    error = KeyError("a")
    for _ in range(100_000):
        following = KeyError("b")
        following.__cause__, error = error, following
    raise error
