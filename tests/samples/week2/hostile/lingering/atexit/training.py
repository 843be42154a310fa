"""Registers atexit handlers, finalizers and __del__ that write answers at the end; expected: crash, 0 points."""
import atexit
import gc
import weakref

from cnngrade.sandbox.inside import wire


class Late:
    def __del__(self):
        forge()


def forge():
    for thing in gc.get_objects():
        if isinstance(thing, wire.Channel):
            thing.send(wire.encode_reply(wire.Returned(689)))


atexit.register(forge)
keep = [Late()]
weakref.finalize(keep[0], forge)
weakref.finalize(wire.Channel, forge)


def count_parameters(model):
    keep.clear()
    return 1


def permute_pixels(images, permutation):
    raise SystemExit(0)
