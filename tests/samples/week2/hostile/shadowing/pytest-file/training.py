"""Has a pytest.py and a package _pytest beside it; expected: wrong, 0 points, neither is imported."""


def count_parameters(model):
    return 1


def permute_pixels(images, permutation):
    return images
