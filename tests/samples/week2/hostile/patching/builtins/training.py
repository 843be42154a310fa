"""Rewires abs, all, any, isinstance, len and AssertionError of every module; expected: crash or wrong, 0 points."""
import builtins

real_isinstance = isinstance
builtins.all = builtins.any = lambda *_args: True
builtins.abs = lambda _value: 0
builtins.AssertionError = type("AssertionError", (Exception,), {"__bool__": lambda self: False})
builtins.isinstance = lambda value, kind: True if kind is float else real_isinstance(value, kind)
builtins.len = type("Lenient", (), {"__call__": lambda self, value: value.__len__()})()


def count_parameters(model):
    return 689


def evaluate(model, loader, loss_fn, device):
    return 1.0, 1.0


def permute_pixels(images, permutation):
    return images
