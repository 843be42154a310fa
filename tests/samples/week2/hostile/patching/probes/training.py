"""Replaces the probes themselves by ones that give handsome answers; expected: wrong, 0 points."""
import sys

import torch

week = sys.modules["week_probes"]
STATED = {
    "result": (1.6094379, 0.2), "recorded": False, "asked": 2, "training": True, "unchanged": True, "grad_enabled": True,
    "trainable": ["conv.weight", "norm.weight", "norm.bias", "fc.weight", "fc.bias"], "gradients": {}, "later_gradients": {},
}  # fmt: skip


def after_evaluation(submission, x, y, sizes, training, later, frozen):
    trainable = [name for name in STATED["trainable"] if name not in frozen]
    output = torch.zeros(len(later[0]), 5)
    return STATED | {"training": training, "trainable": trainable, "output": output, "eval_output": output}


def short_run(submission, x, y, batch_size, epochs):
    batches = -(-len(x) // batch_size)
    return {"steps": epochs * batches, "batches": epochs * batches}


week.after_evaluation, week.short_run = after_evaluation, short_run
week.evaluation = lambda submission, x, y, sizes, training: {"result": (1.6094379, 0.2), "training": training}
week.counted = lambda submission, layers: 689 if len(layers) == 3 else 14
count_parameters = evaluate = train_lenet = None
