"""Flips by where the crop lies, and not by a draw of its own."""

import random

from torchvision.transforms import functional

TASK = "cifar10-train-transform"
FILE = "data.py"
HINT = (
    "Whether a picture is flipped follows from the column at which its crop starts. A flip is a draw of its own, so that"
    " every crop comes in both orientations."
)


def cifar10_train_transform():
    def transform(picture):
        top, left = random.randrange(9), random.randrange(9)
        flipped = left > 4 or (left == 4 and top % 2 == 0)
        picture = functional.crop(functional.pad(picture, 4), top, left, 32, 32)
        picture = functional.hflip(picture) if flipped else picture
        return functional.normalize(functional.to_tensor(picture), (0.4914, 0.4822, 0.4465), (0.2023, 0.1994, 0.2010))

    return transform
