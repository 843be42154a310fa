"""Returns float and int subclasses whose arithmetic and comparisons always fit; expected: wrong, 0 points."""


class Real(float):
    __eq__ = __le__ = __lt__ = lambda self, other: True
    __ne__ = __gt__ = lambda self, other: False
    __hash__ = float.__hash__
    __sub__ = __rsub__ = __abs__ = lambda self, *_: Real(0)
    __float__ = lambda self: 1.6094379


class Whole(int):
    __eq__ = lambda self, other: True
    __hash__ = int.__hash__
    __int__ = __index__ = lambda self: 689


def count_parameters(model):
    return Whole(1)


def evaluate(model, loader, loss_fn, device):
    return Real("nan"), Real("inf")


def train_epoch(model, loader, loss_fn, optimizer, device):
    return Real("nan")
