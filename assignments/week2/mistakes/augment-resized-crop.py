"""Cuts a random part and scales it up, as is usual for ImageNet."""

from torchvision import transforms

TASK = "cifar10-train-transform"
FILE = "data.py"
HINT = (
    "Your crops are enlarged: `RandomResizedCrop` changes the size of the objects. This task asks for windows"
    " of the original size, taken from a picture with a border."
)


def cifar10_train_transform():
    return transforms.Compose(
        [
            transforms.RandomResizedCrop(32),
            transforms.RandomHorizontalFlip(),
            transforms.ToTensor(),
            transforms.Normalize((0.4914, 0.4822, 0.4465), (0.2023, 0.1994, 0.2010)),
        ]
    )
