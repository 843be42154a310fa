"""Takes the other published standard deviations, 0.247 and so on."""

from torchvision import transforms

TASK = "cifar10-test-transform"
FILE = "data.py"
HINT = (
    "Your means are right, your deviations are not. Two sets of deviations are in use for CIFAR-10, measured"
    " in two different ways; this course uses the ones of the task, for training and test alike."
)


def cifar10_test_transform():
    return transforms.Compose(
        [
            transforms.ToTensor(),
            transforms.Normalize((0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)),
        ]
    )
