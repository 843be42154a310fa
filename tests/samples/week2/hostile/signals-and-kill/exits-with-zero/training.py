"""Ends with exit code 0 in every way there is; expected: crash, 0 points: a clean exit is no pass."""
import ctypes
import os
import signal
import sys


def count_parameters(model):
    os._exit(0)


def permute_pixels(images, permutation):
    ctypes.CDLL(None).exit(0)


def evaluate(model, loader, loss_fn, device):
    sys.exit(0)


def train_epoch(model, loader, loss_fn, optimizer, device):
    try:
        os.execv(sys.executable, [sys.executable, "-c", "pass"])
    except OSError:
        os.kill(os.getpid(), signal.SIGTERM)
