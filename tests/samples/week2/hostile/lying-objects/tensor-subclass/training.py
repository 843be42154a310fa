"""Returns a tensor subclass whose __torch_function__ says yes to every comparison; expected: wrong, 0 points."""
import torch


class Agreeable(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        name = getattr(func, "__name__", "")
        if name in ("equal", "allclose", "__bool__", "all", "any"):
            return True
        if name in ("isclose", "eq", "__eq__"):
            return torch.ones((), dtype=torch.bool)
        if name in ("ne", "__ne__", "sub", "__sub__", "abs"):
            return torch.zeros(())
        return super().__torch_function__(func, types, args, kwargs or {})

    __eq__ = lambda self, other: True
    __ne__ = lambda self, other: False
    __hash__ = torch.Tensor.__hash__


def permute_pixels(images, permutation):
    return torch.zeros_like(images).as_subclass(Agreeable)


def count_parameters(model):
    return torch.tensor(1).as_subclass(Agreeable)


def evaluate(model, loader, loss_fn, device):
    return tuple(torch.zeros(2).as_subclass(Agreeable))
