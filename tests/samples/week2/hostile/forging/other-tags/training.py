"""Sends msgpack that the protocol does not know: extensions, timestamps, byte keys, bad UTF-8; expected: wrong or crash, 0 points."""
import gc
import itertools

from cnngrade.sandbox.inside import wire

BODIES = itertools.cycle([
    b"\x82\xa4type\xa8returned\xa5value\xc7\x01\x63\x00",  # extension 99
    b"\x82\xa4type\xa8returned\xa5value\xd6\xff\0\0\0\0",  # a timestamp
    b"\x82\xa4type\xa8returned\xa5value\x81\xc4\x01a\x01",  # a key of bytes
    b"\x82\xa4type\xa8returned\xa5value\xa2\xff\xfe",  # no UTF-8
    b"\x82\xa4type\xa8returned\xa5value\xcb\x7f\xf8\0\0\0\0\0\0",  # NaN
    b"\x82\xa4type\xa4pass\xa5value\xc3", b"\x81\xa4type\xa4load", b"\xc1", b"", b"\x80", b"null", b"\xc0\xc0",
])  # fmt: skip


def count_parameters(model):
    body = next(BODIES)
    connection = next(thing for thing in gc.get_objects() if isinstance(thing, wire.Channel)).connection
    connection.sendall(len(body).to_bytes(4, "big") + body)
    return 1


permute_pixels = evaluate = train_epoch = lambda *_args: count_parameters(None)
