"""Takes the mean over the channels."""

TASK = "global-average-pool"
FILE = "models.py"
ALSO = ["nin"]
HINT = "You average the wrong axes: the channels are the classes to be, they have to stay apart."


def global_average_pool(x):
    return x.mean(dim=1).flatten(1)
