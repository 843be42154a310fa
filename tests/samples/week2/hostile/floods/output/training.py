"""Prints 200 MB to stdout and stderr; expected: wrong or crash, 0 points, only the last of it is kept."""
import os
import sys


def count_parameters(model):
    for _ in range(100):
        os.write(1, b"x" * 2**20)
        sys.stderr.write("y" * 2**20)
    return 1


def permute_pixels(images, permutation):
    for _ in range(200_000):
        print()
    return images
