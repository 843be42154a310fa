"""Swaps the code objects of the worker's and the probes' functions; expected: wrong or crash, 0 points."""
from cnngrade.sandbox.inside import probes, worker


def constant(*_args, **_kwargs):
    return 689


def describe(error, folder):
    from cnngrade.sandbox.inside import wire

    return wire.Returned(689)


worker._raised.__code__ = describe.__code__
worker._same_start.__code__ = constant.__code__
probes.call.__code__ = constant.__code__


def count_parameters(model):
    raise ValueError("described as a result")


def permute_pixels(images, permutation):
    raise ValueError("described as a result")
