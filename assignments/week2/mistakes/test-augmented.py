"""Augments the test images too."""

from torchvision import transforms

TASK = "cifar10-test-transform"
FILE = "data.py"
HINT = (
    "The same test picture gives a different tensor each time. A test has to be repeatable, and it should"
    " judge the picture as it is: leave chance to training."
)


def cifar10_test_transform():
    return transforms.Compose(
        [
            transforms.RandomCrop(32, padding=4),
            transforms.RandomHorizontalFlip(),
            transforms.ToTensor(),
            transforms.Normalize((0.4914, 0.4822, 0.4465), (0.2023, 0.1994, 0.2010)),
        ]
    )
