"""Uses the test transform for training: nothing is random."""

from torchvision import transforms

TASK = "cifar10-train-transform"
FILE = "data.py"
HINT = (
    "The same picture always gives the same tensor. For training, the picture should be shifted and mirrored"
    " by chance before it becomes a tensor."
)


def cifar10_train_transform():
    return transforms.Compose(
        [
            transforms.ToTensor(),
            transforms.Normalize((0.4914, 0.4822, 0.4465), (0.2023, 0.1994, 0.2010)),
        ]
    )
