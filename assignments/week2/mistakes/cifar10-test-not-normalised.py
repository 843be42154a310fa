"""Does not normalise the test images."""

from torchvision import transforms

TASK = "cifar10-test-transform"
FILE = "data.py"
HINT = (
    "Your test pictures still run from 0 to 1, while the network is trained on normalised ones. No"
    " augmentation does not mean no preparation."
)


def cifar10_test_transform():
    return transforms.Compose(
        [
            transforms.ToTensor(),
        ]
    )
