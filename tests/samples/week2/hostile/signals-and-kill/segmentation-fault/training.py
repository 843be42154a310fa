"""Reads address 0, frees what it does not own, calls abort; expected: crash or wrong, 0 points, the other tasks still judged."""
import ctypes
import os


def count_parameters(model):
    return ctypes.string_at(0)


def permute_pixels(images, permutation):
    ctypes.memset(id(None), 0, 64)
    return None


def evaluate(model, loader, loss_fn, device):
    os.abort()


def train_epoch(model, loader, loss_fn, optimizer, device):
    ctypes.memset(ctypes.addressof(ctypes.c_long()) - 100_000, 0, 200_000)  # its own heap: it may live through this, and its answer is wrong then
    return 0.0
