"""Removes every dimension of size 1."""

TASK = "global-average-pool"
FILE = "models.py"
ALSO = ["nin"]
HINT = "With a batch of one image, or one channel, your result loses a dimension too many. Say which ones are to go."


def global_average_pool(x):
    return x.mean(dim=(2, 3), keepdim=True).squeeze()
