"""Flips upside down instead of left to right."""

from torchvision import transforms

TASK = "cifar10-train-transform"
FILE = "data.py"
HINT = (
    "Your pictures stand on their heads. A mirrored ship is still a ship, but no ship sails keel up: choose"
    " the flip whose results could be photographs."
)


def cifar10_train_transform():
    return transforms.Compose(
        [
            transforms.RandomCrop(32, padding=4),
            transforms.RandomVerticalFlip(),
            transforms.ToTensor(),
            transforms.Normalize((0.4914, 0.4822, 0.4465), (0.2023, 0.1994, 0.2010)),
        ]
    )
