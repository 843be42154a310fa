"""Swaps the mean and the standard deviation."""

from torchvision import transforms

TASK = "mnist-transform"
FILE = "data.py"
HINT = "The two numbers have changed places. `Normalize` takes the mean first and the standard deviation second."


def mnist_transform():
    return transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.3081,), (0.1307,))])
