"""Adds the places up."""

TASK = "global-average-pool"
FILE = "models.py"
ALSO = ["nin"]
HINT = (
    "Your numbers grow with the size of the map. What a class scores should not depend on how many places"
    " were looked at."
)


def global_average_pool(x):
    return x.sum(dim=(2, 3))
