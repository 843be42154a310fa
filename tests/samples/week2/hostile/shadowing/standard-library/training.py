"""Has struct.py, traceback.py and week_probes.py beside it; expected: wrong or crash, 0 points, the real ones are used."""


def count_parameters(model):
    raise ValueError("somebody has to describe this with a traceback module")


def permute_pixels(images, permutation):
    import struct

    return struct.unpack("<f", b"\0\0\0\0")[0]
