"""Asks for 64 threads of OpenMP and torch in a forked child, which may hang it; expected: 0 points, timeout at worst."""
import os

import torch

for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "64"


def count_parameters(model):
    torch.set_num_threads(64)
    x = torch.randn(1000, 1000)
    for _ in range(20):
        x = (x @ x).tanh()
    if os.fork() == 0:  # OpenMP after a fork: known to hang
        x @ x
        os._exit(0)
    return float(x.sum())
