"""Sends hand-written "raised" frames whose kind is pass, not_graded or grader_error; expected: crash or wrong, 0 points."""
import gc
import itertools

import msgspec
from cnngrade.sandbox.inside import wire

KINDS = itertools.cycle(["pass", "not_graded", "grader_error", "incomplete", "", "x" * 10_000])


def claim():
    connection = next(thing for thing in gc.get_objects() if isinstance(thing, wire.Channel)).connection
    message = {"type": "raised", "kind": next(KINDS), "exception": "Pass", "message": "full marks", "frames": []}
    body = msgspec.msgpack.encode(message)
    connection.sendall(len(body).to_bytes(4, "big") + body)


def count_parameters(model):
    claim()
    return 1


def permute_pixels(images, permutation):
    claim()
    return images


def evaluate(model, loader, loss_fn, device):
    claim()
    return 0.0, 1.0
