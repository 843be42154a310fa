"""Patches json, pickle and struct so that any message written says full marks; expected: crash or wrong, 0 points."""
import json
import pickle
import struct

json.dumps = lambda *_args, **_kwargs: '{"score": 100, "max_score": 100, "verdict": "pass"}'
json.dump = lambda _value, file, **_kwargs: file.write(json.dumps())
json.JSONEncoder.encode = lambda self, _value: json.dumps()
pickle.dumps = lambda *_args, **_kwargs: b"\x80\x04\x88."  # True
real_pack = struct.pack
struct.pack = lambda form, *values: real_pack(form, *values)
try:
    from cnngrade.sandbox.inside import wire

    wire._LENGTH = type("Length", (), {"size": 4, "pack": lambda self, size: real_pack(">I", size),
                                       "unpack": lambda self, data: struct.unpack(">I", data)})()
except (ImportError, AttributeError):
    pass


def count_parameters(model):
    return json.loads(json.dumps())


def permute_pixels(images, permutation):
    return json.dumps()
