"""Beside its torch.py it removes torch from sys.modules and imports it again; expected: wrong or crash, 0 points."""
import sys

kept = {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] == "torch"}
sys.path_importer_cache.clear()
try:
    import torch
except Exception:
    torch = None  # the real one cannot be imported twice
finally:
    sys.modules.update(kept)


def count_parameters(model):
    return 1


def permute_pixels(images, permutation):
    return images
