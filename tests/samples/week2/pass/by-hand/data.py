import numpy as np
import torch
from torch.utils.data import DataLoader


class Compose:
    def __init__(self, *steps):
        self.steps = steps

    def __call__(self, x):
        for step in self.steps:
            x = step(x)
        return x


class ToTensor:
    def __call__(self, image):
        a = np.array(image, dtype=np.float32) / 255.0
        if a.ndim == 2:
            a = a[:, :, None]
        return torch.from_numpy(np.ascontiguousarray(a.transpose(2, 0, 1)))


class Normalize:
    def __init__(self, mean, std):
        self.mean = torch.tensor(mean).view(-1, 1, 1)
        self.std = torch.tensor(std).view(-1, 1, 1)

    def __call__(self, x):
        return (x - self.mean) / self.std


class PadAndCrop:
    def __init__(self, size, padding):
        self.size, self.padding = size, padding

    def __call__(self, x):
        c, h, w = x.shape
        p = self.padding
        padded = torch.zeros(c, h + 2 * p, w + 2 * p)
        padded[:, p : p + h, p : p + w] = x
        i = int(torch.randint(0, h + 2 * p - self.size + 1, (1,)))
        j = int(torch.randint(0, w + 2 * p - self.size + 1, (1,)))
        return padded[:, i : i + self.size, j : j + self.size]


class Flip:
    def __call__(self, x):
        return x.flip(-1) if torch.rand(1) < 0.5 else x


CIFAR = Normalize([0.4914, 0.4822, 0.4465], [0.2023, 0.1994, 0.2010])


def mnist_transform():
    return Compose(ToTensor(), Normalize([0.1307], [0.3081]))


def cifar10_train_transform():
    # padded before it is normalised, so that the border is black
    return Compose(ToTensor(), Flip(), PadAndCrop(32, 4), CIFAR)


def cifar10_test_transform():
    return Compose(ToTensor(), CIFAR)


class Shuffled(torch.utils.data.Sampler):
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return iter(torch.randperm(self.n).tolist())

    def __len__(self):
        return self.n


def make_loaders(train_set, test_set, batch_size):
    train_loader = DataLoader(train_set, batch_size=batch_size, sampler=Shuffled(len(train_set)))
    test_loader = DataLoader(test_set, batch_size=batch_size)
    return train_loader, test_loader
