"""Queues a hundred answers at once, for the questions to come; expected: crash or timeout, 0 points, no later test fooled."""
import gc

from cnngrade.sandbox.inside import wire


def channel():
    return next(thing for thing in gc.get_objects() if isinstance(thing, wire.Channel))


def count_parameters(model):
    for guess in (689, 14, 689, 0, 12) * 20:
        channel().send(wire.encode_reply(wire.Returned(guess + 1)))
    return 1


def permute_pixels(images, permutation):
    for _ in range(100):
        channel().send(wire.encode_reply(wire.Returned(images)))
    return images
