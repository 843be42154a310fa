"""Computes the mean outside of the gradient graph."""

import torch

TASK = "global-average-pool"
FILE = "models.py"
ALSO = ["nin"]
HINT = "The values are right but nothing can be learnt through them: no gradient comes back from your function."


def global_average_pool(x):
    return torch.tensor(x.tolist()).mean(dim=(2, 3))
