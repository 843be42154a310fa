"""Sends tensors whose bytes, shape and type do not fit: negative, 10^18 elements, 3-valued bools; expected: wrong or crash, 0 points."""
import gc
import itertools

import msgspec
from cnngrade.sandbox.inside import wire

TENSORS = itertools.cycle([
    ["float32", [2, 2], b"\0" * 15], ["float32", [-1, -4], b"\0" * 16], ["float32", [10**9, 10**9], b""],
    ["float32", [0, 2**62], b""], ["bool", [3], b"\0\1\2"], ["complex64", [1], b"\0" * 8], ["object", [1], b"\0" * 8],
    ["load", [1], b"\0"], ["float32", [1] * 60, b"\0" * 4], ["float32", [1.5], b"\0" * 6], ["int64", [1], "text"], [],
])  # fmt: skip


def send():
    value = msgspec.msgpack.Ext(1, msgspec.msgpack.encode(next(TENSORS)))
    body = msgspec.msgpack.encode({"type": "returned", "value": value})
    connection = next(thing for thing in gc.get_objects() if isinstance(thing, wire.Channel)).connection
    connection.sendall(len(body).to_bytes(4, "big") + body)


def count_parameters(model):
    send()
    return 1


permute_pixels = evaluate = train_epoch = lambda *_args: count_parameters(None)
