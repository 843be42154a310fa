"""Flattens with view, which wants neighbours in memory."""

TASK = "global-average-pool"
FILE = "models.py"
HINT = (
    "Your function fails for maps that are not contiguous in memory. There are ways to average two axes"
    " at once, or to flatten, that do not care."
)


def global_average_pool(x):
    return x.view(x.shape[0], x.shape[1], -1).mean(dim=2)
