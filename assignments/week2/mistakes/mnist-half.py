"""Normalises MNIST with 0.5 and 0.5."""

from torchvision import transforms

TASK = "mnist-transform"
FILE = "data.py"
HINT = (
    "0.5 and 0.5 bring any picture to [-1, 1], but say nothing about these pictures. MNIST is mostly black, so its mean"
    " lies far below one half: use the two numbers measured on MNIST itself."
)


def mnist_transform():
    return transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
