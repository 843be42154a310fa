"""Returns an object that equals, exceeds and undercuts everything; expected: wrong, 0 points (it arrives as Opaque)."""


class Everything:
    __eq__ = __lt__ = __le__ = __gt__ = __ge__ = __contains__ = lambda self, other: True
    __ne__ = lambda self, other: False
    __hash__ = lambda self: 0
    __bool__ = lambda self: True
    __abs__ = __sub__ = __rsub__ = __neg__ = __add__ = __mul__ = lambda self, *_: 0
    __float__ = lambda self: 0.0
    __int__ = __index__ = __len__ = lambda self: 0
    __iter__ = lambda self: iter((self, self))


def count_parameters(model):
    return Everything()


def permute_pixels(images, permutation):
    return Everything()


def evaluate(model, loader, loss_fn, device):
    return Everything()


def train_epoch(model, loader, loss_fn, optimizer, device):
    return Everything()


def train_lenet(train_loader, epochs, device):
    return Everything()
