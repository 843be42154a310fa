"""Divides by the square of the height."""

TASK = "global-average-pool"
FILE = "models.py"
HINT = "Your mean is right for square maps only. How many places has a map of 3 rows and 8 columns?"


def global_average_pool(x):
    return x.sum(dim=(2, 3)) / x.shape[2] ** 2
