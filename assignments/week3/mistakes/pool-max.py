"""Takes the maximum of every map."""

TASK = "global-average-pool"
FILE = "models.py"
ALSO = ["nin"]
HINT = "You keep the one strongest place of each map. Every place should have its say, and the same say."


def global_average_pool(x):
    return x.amax(dim=(2, 3))
