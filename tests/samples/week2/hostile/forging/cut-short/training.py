"""Sends half a frame and shuts the connection down, or says no more; expected: crash or wrong, 0 points."""
import gc
import os
import socket

from cnngrade.sandbox.inside import wire


def connection():
    return next(thing for thing in gc.get_objects() if isinstance(thing, wire.Channel)).connection


def count_parameters(model):
    connection().sendall(b"\0\0\x10\0half")
    connection().shutdown(socket.SHUT_RDWR)
    return 1


def permute_pixels(images, permutation):
    os.closerange(3, 256)
    return images


def evaluate(model, loader, loss_fn, device):
    connection().sendall(b"\0\0\0\0" * 1000)  # frames of nothing
    return 0.0, 1.0
