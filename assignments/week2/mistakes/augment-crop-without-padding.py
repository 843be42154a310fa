"""Crops 32x32 out of 32x32, so the crop never moves."""

from torchvision import transforms

TASK = "cifar10-train-transform"
FILE = "data.py"
HINT = "There is only one way to cut a 32x32 window out of a 32x32 picture. Give the crop some border to move in first."


def cifar10_train_transform():
    return transforms.Compose(
        [
            transforms.RandomCrop(32),
            transforms.RandomHorizontalFlip(),
            transforms.ToTensor(),
            transforms.Normalize((0.4914, 0.4822, 0.4465), (0.2023, 0.1994, 0.2010)),
        ]
    )
