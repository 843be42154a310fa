"""Pads after normalising, so the border is grey and not black."""

from torchvision import transforms

TASK = "cifar10-train-transform"
FILE = "data.py"
HINT = (
    "The border of your crops is not black. After normalising, a 0 no longer means black but the mean colour:"
    " think about which step has to come first."
)


def cifar10_train_transform():
    return transforms.Compose(
        [
            transforms.ToTensor(),
            transforms.Normalize((0.4914, 0.4822, 0.4465), (0.2023, 0.1994, 0.2010)),
            transforms.RandomCrop(32, padding=4),
            transforms.RandomHorizontalFlip(),
        ]
    )
