"""Keeps height and width as dimensions of size 1."""

TASK = "global-average-pool"
FILE = "models.py"
ALSO = ["nin"]
HINT = "Your result has four dimensions. Two of them have become 1 and are to go."


def global_average_pool(x):
    return x.mean(dim=(2, 3), keepdim=True)
