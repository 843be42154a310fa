"""Data for week 2."""

import torch
from torch.utils.data import DataLoader, RandomSampler, SequentialSampler
from torchvision import transforms


def mnist_transform():
    to_tensor = transforms.ToTensor()
    normalize = transforms.Normalize(0.1307, 0.3081)

    def transform(image):
        return normalize(to_tensor(image))

    return transform


def cifar10_train_transform():
    return transforms.Compose(
        [
            transforms.Pad(4),
            transforms.RandomCrop(32),
            transforms.RandomHorizontalFlip(),
            transforms.PILToTensor(),
            transforms.ConvertImageDtype(torch.float32),
            transforms.Normalize(mean=(0.4914, 0.4822, 0.4465), std=(0.2023, 0.1994, 0.2010)),
        ]
    )


def cifar10_test_transform():
    return transforms.Compose(
        [
            transforms.PILToTensor(),
            transforms.ConvertImageDtype(torch.float32),
            transforms.Normalize(mean=(0.4914, 0.4822, 0.4465), std=(0.2023, 0.1994, 0.2010)),
        ]
    )


def make_loaders(train_set, test_set, batch_size):
    train_loader = DataLoader(dataset=train_set, batch_size=batch_size, sampler=RandomSampler(train_set))
    test_loader = DataLoader(dataset=test_set, batch_size=batch_size, sampler=SequentialSampler(test_set))
    return train_loader, test_loader
