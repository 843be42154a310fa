"""Rewrites small integers, True and type slots of its interpreter through ctypes; expected: crash or wrong, 0 points."""
import ctypes
import sys


def overwrite(number, by):
    size = sys.getsizeof(0)
    ctypes.memmove(id(number) + size - 4 if size > 24 else id(number) + 24, ctypes.byref(ctypes.c_int32(by)), 4)


def count_parameters(model):
    overwrite(1, 689)
    return 1


def permute_pixels(images, permutation):
    slots = ctypes.cast(id(float), ctypes.POINTER(ctypes.c_void_p))
    for index in range(20, 30):
        slots[index] = None
    return 1.0


def evaluate(model, loader, loss_fn, device):
    ctypes.memmove(id(False) + 16, id(True) + 16, 12)
    return 0.0, 1.0
