"""Replaces the msgspec encoder and decoder that the worker uses; expected: wrong or crash, 0 points."""
import msgspec
from cnngrade.sandbox.inside import wire


class Encoder:
    def encode(self, _message):
        return msgspec.msgpack.encode({"type": "returned", "value": 689})


class Decoder:
    def __init__(self, real):
        self.real = real

    def decode(self, body):
        call = self.real.decode(body)
        if hasattr(call, "probe"):
            call.probe, call.args, call.kwargs = "call", ["training.py:answer"], {}
        return call


wire._encoder = Encoder()
wire._request_decoder = Decoder(wire._request_decoder)
msgspec.msgpack.Encoder = Encoder


def answer():
    return 689


def count_parameters(model):
    return 1
