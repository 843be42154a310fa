"""Sleeps to just under a test's 20 s, then gives a wrong answer; expected: wrong, 0 points, and no neighbour waits for it."""
import time

import torch


def cifar10_test_transform():
    time.sleep(18)
    return lambda picture: torch.zeros(3, 32, 32)
