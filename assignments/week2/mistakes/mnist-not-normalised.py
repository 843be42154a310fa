"""Converts MNIST images to tensors but does not normalise them."""

from torchvision import transforms

TASK = "mnist-transform"
FILE = "data.py"
HINT = (
    "Your tensor still runs from 0 to 1. Converting scales the bytes; normalising is a second step, and several"
    " transforms can be chained into one."
)


def mnist_transform():
    return transforms.ToTensor()
