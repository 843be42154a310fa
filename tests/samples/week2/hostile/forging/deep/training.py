"""Sends a frame of lists and dicts nested 100,000 deep; expected: wrong or crash, 0 points, no stack of the grader overflows."""
import gc

from cnngrade.sandbox.inside import wire


def send(value):
    body = b"\x82\xa4type\xa8returned\xa5value" + value
    connection = next(thing for thing in gc.get_objects() if isinstance(thing, wire.Channel)).connection
    connection.sendall(len(body).to_bytes(4, "big") + body)


def count_parameters(model):
    send(b"\x91" * 100_000 + b"\xc0")
    return 1


def permute_pixels(images, permutation):
    send(b"\x81\xa1a" * 100_000 + b"\xc0")
    return images


def evaluate(model, loader, loss_fn, device):
    send(b"\x91" * 33 + b"\xc0")  # just past the limit
    return 0.0, 1.0
