"""Replaces the probes themselves by ones that give handsome answers; expected: wrong, 0 points."""
import sys

import torch
from cnngrade.sandbox.inside import probes


def forward(submission, symbol, x, *_args, **_kwargs):
    output = torch.zeros(len(x), 10)
    return {"output": output, "input_gradient": torch.zeros_like(x), "without_gradient": 0}


probes.forward = forward
probes.eval_after_training = lambda submission, symbol, x, *_args: torch.zeros(len(x), 10)
probes.structure = lambda *_args: {"parameters": 61706, "sizes": [(6, 25), (6,), (16, 150), (16,)]}
for name in ("train_steps", "transform", "trained"):
    week = sys.modules.get("week_probes")
    if week is not None and hasattr(week, name):
        setattr(week, name, lambda *_args, **_kwargs: {"losses": [0.0], "parameters": [], "result": (0.0, 1.0)})


class LeNet5(torch.nn.Module):
    pass


class SmallCNN(torch.nn.Module):
    pass
