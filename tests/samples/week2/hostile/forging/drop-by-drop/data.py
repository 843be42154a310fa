"""Announces a short answer and sends a byte of it a second, for ever; expected: timeout, 0 points, at the test's limit."""
import gc
import time

from cnngrade.sandbox.inside import wire


def cifar10_test_transform():
    connection = next(thing for thing in gc.get_objects() if isinstance(thing, wire.Channel)).connection
    connection.sendall((1000).to_bytes(4, "big"))
    for _ in range(300):
        connection.sendall(b"\xc0")
        time.sleep(1)
    return lambda picture: picture
