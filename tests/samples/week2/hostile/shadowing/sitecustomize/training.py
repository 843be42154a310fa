"""Has sitecustomize.py, usercustomize.py and a .pth, and sets PYTHONPATH to them; expected: wrong, 0 points."""
import os

for name in ("PYTHONPATH", "PYTHONSTARTUP", "PYTHONUSERBASE", "PYTHONHOME"):
    os.environ[name] = os.path.dirname(__file__)  # for whatever Python this process may start


def count_parameters(model):
    return 1


def permute_pixels(images, permutation):
    return images
