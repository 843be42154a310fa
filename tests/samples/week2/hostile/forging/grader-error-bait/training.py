"""Answers in shapes that may break the suite's own code, to be excused as a grader error; expected: wrong, 0 points."""
import sys

import torch

week = sys.modules.get("week_probes")
NONSENSE = [{}, [], {"result": {"a": 1}}, {"losses": float("nan"), "state": 7}, 2**62, b"bytes", float("inf"), "", None]


def nonsense(*_args, **_kwargs):
    NONSENSE.append(NONSENSE.pop(0))
    return NONSENSE[0]


for probe in ("train_steps", "evaluation", "after_evaluation", "counted", "short_run", "trained", "loaders", "transform"):
    if hasattr(week, probe):
        setattr(week, probe, nonsense)


def permute_pixels(images, permutation):
    return torch.empty(0, 2**40)


def count_parameters(model):
    return -(2**63)
