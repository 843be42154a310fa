"""A grandchild that leaves by setsid, keeps the socket, and writes answers later; expected: wrong or crash, 0 points, it is gone."""
import gc
import os
import time

from cnngrade.sandbox.inside import wire


def count_parameters(model):
    channel = next(thing for thing in gc.get_objects() if isinstance(thing, wire.Channel))
    if os.fork() == 0:
        os.setsid()
        if os.fork():
            os._exit(0)
        for _ in range(600):  # a minute
            time.sleep(0.1)
            try:
                channel.send(wire.encode_reply(wire.Returned(689)))
            except Exception:
                continue
        os._exit(0)
    return 1


def permute_pixels(images, permutation):
    time.sleep(0.5)
    return images
