"""Leaves out the random horizontal flip."""

from torchvision import transforms

TASK = "cifar10-train-transform"
FILE = "data.py"
HINT = (
    "No picture ever comes out mirrored. A car that drives to the left is as much a car as one that drives to"
    " the right: let the network see both."
)


def cifar10_train_transform():
    return transforms.Compose(
        [
            transforms.RandomCrop(32, padding=4),
            transforms.ToTensor(),
            transforms.Normalize((0.4914, 0.4822, 0.4465), (0.2023, 0.1994, 0.2010)),
        ]
    )
