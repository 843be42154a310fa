"""Returns objects whose repr, type name or hash is endless, huge or raises; expected: wrong, crash or memory, 0 points."""


class Loud:
    __repr__ = __str__ = lambda self: "x" * 500_000_000


class Broken:
    @property
    def dtype(self):
        raise SystemExit(0)

    def __repr__(self):
        raise KeyboardInterrupt


class Nested:
    def __repr__(self):
        return repr(self)


def count_parameters(model):
    return Loud()


def permute_pixels(images, permutation):
    return type("T" * 10_000_000, (), {"__repr__": lambda self: 5})()


def evaluate(model, loader, loss_fn, device):
    return Broken()


def train_epoch(model, loader, loss_fn, optimizer, device):
    return Nested()
