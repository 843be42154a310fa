"""Has a package cnngrade beside it and reloads the grader's modules; expected: wrong, 0 points, the grader's are found."""
import importlib
import sys

for name in ("cnngrade.sandbox.inside.wire", "cnngrade.sandbox.inside.errors", "cnngrade"):
    try:
        importlib.reload(sys.modules[name])
    except Exception:
        continue


def count_parameters(model):
    return 1


def permute_pixels(images, permutation):
    return images
