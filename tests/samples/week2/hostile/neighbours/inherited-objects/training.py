"""Changes what a forked neighbour might share: torch's modules, random state, threads, cwd, umask; expected: wrong, 0 points."""
import builtins
import os
import random
import sys

import numpy
import torch

if hasattr(builtins, "hostile_was_here") or getattr(torch, "hostile_was_here", False):
    print("BREACH: a neighbour's changes are in this process")
builtins.hostile_was_here = torch.hostile_was_here = True
torch.nn.Linear.forward = lambda self, x: x.new_zeros(*x.shape[:-1], self.out_features)
torch.nn.functional.cross_entropy = lambda output, _target, *_args, **_kwargs: output.sum() * 0
torch.set_default_dtype(torch.float64)
torch.use_deterministic_algorithms(True)
torch.set_num_threads(16)
torch.set_flush_denormal(True)
random.seed = numpy.random.seed = lambda *_: None
sys.setrecursionlimit(50)
os.chdir("/")
os.umask(0o777)


def count_parameters(model):
    return 1
