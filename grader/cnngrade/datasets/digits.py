"""The handwritten digits of scikit-learn in MNIST's shape, used where MNIST is missing."""

from __future__ import annotations

import numpy as np
import torch
from sklearn import datasets
from sklearn.model_selection import train_test_split
from torch.nn import functional

from cnngrade.datasets.arrays import Arrays, checked

TEST_SIZE = 360  # of 1,797; a fifth
SEED = 0  # of the split, which is fixed so that all machines agree


def load_digits() -> Arrays:
    """Returns 1,437 training and 360 test images, (N, 28, 28) uint8.

    They are split at random, with the same share of each class in both parts. The originals are 8x8 with values from 0
    to 16. They are enlarged bilinearly and scaled to 0 to 255.
    """
    small, labels = datasets.load_digits(return_X_y=True)
    # float64, so that rounding to whole grey levels gives the same result on every machine
    pixels = torch.from_numpy(small.reshape(-1, 1, 8, 8)).double()
    large = functional.interpolate(pixels, size=(28, 28), mode="bilinear", align_corners=False)
    images = (large[:, 0] * (255 / 16)).round().clamp(0, 255).to(torch.uint8).numpy()
    train, test = train_test_split(np.arange(len(labels)), test_size=TEST_SIZE, stratify=labels, random_state=SEED)
    parts = {"train_images": images[train], "train_labels": labels[train]}
    parts |= {"test_images": images[test], "test_labels": labels[test]}
    return checked("digits", parts, "scikit-learn")
