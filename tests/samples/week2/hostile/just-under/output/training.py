"""Prints just under 64 KB at every call and for every test; expected: wrong, 0 points."""
import sys


def flood(value):
    sys.stdout.write("x" * 65_000 + "\n")
    return value


count_parameters = lambda model: flood(1)
permute_pixels = lambda images, permutation: flood(images)
evaluate = lambda model, loader, loss_fn, device: flood((0.0, 1.0))
train_epoch = lambda model, loader, loss_fn, optimizer, device: flood(0.0)
