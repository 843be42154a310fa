"""Wraps os.read, os.write, os.writev and os._exit to rewrite what passes; expected: crash, 0 points."""
import os

real_write, real_exit = os.write, os._exit
os.read = lambda _descriptor, size: b"\0" * size
os.write = lambda descriptor, data: real_write(descriptor, data.replace(b"raised", b"passed"))
os.writev = lambda descriptor, buffers: sum(os.write(descriptor, bytes(each)) for each in buffers)
os._exit = lambda _status: real_exit(0)


def count_parameters(model):
    raise ValueError("this must not come out as passed")


def permute_pixels(images, permutation):
    raise ValueError("this must not come out as passed")
