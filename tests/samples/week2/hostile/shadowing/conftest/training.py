"""Has a conftest.py, a pytest.ini and a test_models.py beside it; expected: wrong, 0 points, pytest reads none of them."""


def count_parameters(model):
    return 1


def permute_pixels(images, permutation):
    return images
