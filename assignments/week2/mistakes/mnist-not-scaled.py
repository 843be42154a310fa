"""Normalises pixels that still run from 0 to 255."""

import torch
from torchvision import transforms

TASK = "mnist-transform"
FILE = "data.py"
HINT = (
    "Your values reach the hundreds. The mean and standard deviation of the task belong to pixels between 0 and 1, so"
    " the bytes have to be scaled before they are normalised."
)


def mnist_transform():
    return transforms.Compose(
        [
            transforms.PILToTensor(),
            transforms.Lambda(lambda x: x.to(torch.float32)),
            transforms.Normalize((0.1307,), (0.3081,)),
        ]
    )
