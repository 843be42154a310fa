"""A daemon thread that writes forged frames for ever after the call has returned; expected: wrong or crash, 0 points."""
import gc
import threading
import time

from cnngrade.sandbox.inside import wire


def forge():
    channel = next(thing for thing in gc.get_objects() if isinstance(thing, wire.Channel))
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            channel.connection.sendall(b"\0\0\0\x18\x82\xa4type\xa8returned\xa5value\xcd\x02\xb1")
        except (OSError, ValueError):
            pass
        time.sleep(0.01)


threading.Thread(target=forge, daemon=True).start()


def count_parameters(model):
    time.sleep(0.2)
    return 1


def permute_pixels(images, permutation):
    return images
