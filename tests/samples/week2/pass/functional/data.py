import random

import torch
import torchvision.transforms.functional as TF
from torch.utils.data import BatchSampler, DataLoader, RandomSampler, SequentialSampler
from torchvision.transforms import Lambda


def _normalised(image, mean, std):
    return TF.normalize(TF.to_tensor(image), mean, std)


def _cifar(image):
    return _normalised(image, [0.4914, 0.4822, 0.4465], [0.2023, 0.1994, 0.2010])


def _augmented(image):
    top, left = random.randint(0, 8), random.randint(0, 8)
    image = TF.crop(TF.pad(image, 4, fill=0), top, left, 32, 32)
    return _cifar(TF.hflip(image) if random.random() < 0.5 else image)


def mnist_transform():
    return lambda image: _normalised(image, [0.1307], [0.3081])


def cifar10_train_transform():
    return Lambda(_augmented)


def cifar10_test_transform():
    return _cifar


def make_loaders(train_set, test_set, batch_size):
    samplers = RandomSampler(train_set, generator=torch.Generator().manual_seed(17)), SequentialSampler(test_set)
    train, test = (BatchSampler(s, batch_size, drop_last=False) for s in samplers)
    return DataLoader(train_set, batch_sampler=train), DataLoader(test_set, batch_sampler=test)
