"""Normalises CIFAR-10 with 0.5 and 0.5."""

from torchvision import transforms

TASK = "cifar10-test-transform"
FILE = "data.py"
HINT = (
    "0.5 and 0.5 map any picture to [-1, 1] without looking at the data. The task names a mean and a"
    " deviation for each of the three channels."
)


def cifar10_test_transform():
    return transforms.Compose(
        [
            transforms.ToTensor(),
            transforms.Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5)),
        ]
    )
