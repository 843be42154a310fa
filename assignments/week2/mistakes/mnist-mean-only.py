"""Subtracts MNIST's mean but does not divide by the standard deviation."""

from torchvision import transforms

TASK = "mnist-transform"
FILE = "data.py"
HINT = (
    "Your pixels are centred, but their spread is still that of raw pixels. Normalising has two steps: after the mean"
    " is subtracted, divide by the standard deviation, so that values spread over about one unit."
)


def mnist_transform():
    return transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.1307,), (1.0,))])
