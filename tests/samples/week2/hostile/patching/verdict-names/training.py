"""Patches the worker to describe every failure as not_graded, a grader_error or a pass; expected: crash or wrong, 0 points."""
import itertools

from cnngrade.sandbox.inside import worker

kinds = itertools.cycle(["not_graded", "grader_error", "pass", "PASS", "", "missing\n", "timeout"])
worker._kind = lambda _error, _text: next(kinds)


def count_parameters(model):
    raise ValueError("not the student's fault, they say")


def permute_pixels(images, permutation):
    raise NotImplementedError("not the student's fault, they say")


def evaluate(model, loader, loss_fn, device):
    raise MemoryError("not the student's fault, they say")
