"""Normalises CIFAR-10 with the statistics of ImageNet."""

from torchvision import transforms

TASK = "cifar10-test-transform"
FILE = "data.py"
HINT = (
    "Those are the means and deviations of ImageNet, which stand in many tutorials. Each data set has its"
    " own: take the numbers of the task."
)


def cifar10_test_transform():
    return transforms.Compose(
        [
            transforms.ToTensor(),
            transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
        ]
    )
