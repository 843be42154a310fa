"""Augments but does not normalise."""

from torchvision import transforms

TASK = "cifar10-train-transform"
FILE = "data.py"
HINT = (
    "The augmentation is there, but the values still run from 0 to 1. Training and test pictures have to be"
    " normalised alike, otherwise the network meets other numbers in the test than it learned."
)


def cifar10_train_transform():
    return transforms.Compose(
        [
            transforms.RandomCrop(32, padding=4),
            transforms.RandomHorizontalFlip(),
            transforms.ToTensor(),
        ]
    )
