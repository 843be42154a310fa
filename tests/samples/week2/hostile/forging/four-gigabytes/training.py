"""Announces a frame of 4 GB, then one of 2 GB; expected: wrong or crash, 0 points, at no cost to the grader's memory."""
import gc

from cnngrade.sandbox.inside import wire


def announce(length):
    connection = next(thing for thing in gc.get_objects() if isinstance(thing, wire.Channel)).connection
    connection.sendall(length.to_bytes(4, "big") + b"\xc0" * 1000)


def count_parameters(model):
    announce(2**32 - 1)
    return 1


def permute_pixels(images, permutation):
    announce(2**31)
    return images
