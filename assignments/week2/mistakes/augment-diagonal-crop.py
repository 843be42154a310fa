"""Shifts pictures along the diagonal only: row and column of the crop are one number."""

import random

from torchvision.transforms import functional

TASK = "cifar10-train-transform"
FILE = "data.py"
HINT = (
    "Your crops start at (0, 0), (1, 1), (2, 2), ...: of 81 places only 9 come. Draw the row and the column apart, or leave"
    " it to `RandomCrop`."
)


def cifar10_train_transform():
    def transform(picture):
        top, left = random.randrange(9), random.randrange(9)
        left, flipped = top, random.random() < 0.5
        picture = functional.crop(functional.pad(picture, 4), top, left, 32, 32)
        picture = functional.hflip(picture) if flipped else picture
        return functional.normalize(functional.to_tensor(picture), (0.4914, 0.4822, 0.4465), (0.2023, 0.1994, 0.2010))

    return transform
