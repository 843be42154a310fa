"""Week 2, data: the transforms that turn pictures into tensors, and the loaders that cut them into batches."""

from torch.utils.data import DataLoader, Dataset
from torchvision import transforms


def mnist_transform() -> transforms.Compose:
    """Return the transform for MNIST: PIL image, 28x28 grey, to float32 tensor (1, 28, 28).

    Pixels are scaled from 0..255 to [0, 1] first, then normalised with mean 0.1307 and standard deviation 0.3081.
    The result is callable: `mnist_transform()(image)`.
    """
    return transforms.Compose(
        [
            transforms.ToTensor(),  # (28, 28) bytes -> (1, 28, 28) floats in [0, 1]
            transforms.Normalize((0.1307,), (0.3081,)),
        ]
    )


def cifar10_train_transform() -> transforms.Compose:
    """Return the transform for training on CIFAR-10: PIL image, 32x32 RGB, to float32 tensor (3, 32, 32).

    A random 32x32 crop of the image padded with 4 black pixels on each side, then a random horizontal flip, then
    pixels to [0, 1], normalised per channel with means (0.4914, 0.4822, 0.4465) and standard deviations
    (0.2023, 0.1994, 0.2010).
    """
    return transforms.Compose(
        [
            transforms.RandomCrop(32, padding=4),  # 32x32 -> 40x40 -> 32x32
            transforms.RandomHorizontalFlip(),
            transforms.ToTensor(),  # (32, 32, 3) bytes -> (3, 32, 32) floats in [0, 1]
            transforms.Normalize((0.4914, 0.4822, 0.4465), (0.2023, 0.1994, 0.2010)),
        ]
    )


def cifar10_test_transform() -> transforms.Compose:
    """Return the transform for testing on CIFAR-10: PIL image, 32x32 RGB, to float32 tensor (3, 32, 32).

    No augmentation: pixels to [0, 1], normalised with the same means and standard deviations as for training.
    """
    return transforms.Compose(
        [
            transforms.ToTensor(),  # (32, 32, 3) bytes -> (3, 32, 32) floats in [0, 1]
            transforms.Normalize((0.4914, 0.4822, 0.4465), (0.2023, 0.1994, 0.2010)),
        ]
    )


def make_loaders(train_set: Dataset, test_set: Dataset, batch_size: int) -> tuple[DataLoader, DataLoader]:
    """Return (train_loader, test_loader), both with batches of `batch_size` samples.

    The training loader shuffles anew in every epoch; the test loader keeps the order of its set. Neither drops samples:
    when the set does not divide evenly, the last batch is smaller.
    """
    train_loader = DataLoader(train_set, batch_size=batch_size, shuffle=True)
    test_loader = DataLoader(test_set, batch_size=batch_size, shuffle=False)
    return train_loader, test_loader
