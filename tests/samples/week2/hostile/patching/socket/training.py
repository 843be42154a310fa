"""Puts a socket of its own in the channel's place, which answers for the worker; expected: wrong or crash, 0 points."""
import gc
import socket
import struct

from cnngrade.sandbox.inside import wire


class Forger:
    def __init__(self, real):
        self.real, self.frame = real, wire.encode_reply(wire.Returned([0.0, True, "pass"]))

    def sendall(self, data):
        # A length, then a body: the forged length instead of the first, the forged body instead of the second.
        self.real.sendall(struct.pack(">I", len(self.frame)) if len(data) == 4 else self.frame)

    def __getattr__(self, name):
        return getattr(self.real, name)


wire.Channel.send = lambda self, body, deadline=None: [self.connection.sendall(body[:4]), self.connection.sendall(body)]
for thing in gc.get_objects():
    if isinstance(thing, wire.Channel):
        thing.connection = Forger(thing.connection)
try:
    socket.socket.recv = lambda self, size, *_flags: b"\0" * size
except TypeError:
    pass


def count_parameters(model):
    return 1
