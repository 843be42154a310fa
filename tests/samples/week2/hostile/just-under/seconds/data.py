"""Sleeps for 4 of the 5 s that the run gives a test, then gives a wrong answer; expected: wrong, 0 points, and no neighbour waits for it."""
import time

import torch


def cifar10_test_transform():
    time.sleep(4)
    return lambda picture: torch.zeros(3, 32, 32)
