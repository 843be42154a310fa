"""Unpacks a gigabyte of zeros from a kilobyte, over and over; expected: memory or timeout, 0 points. Guard: gives up at 4 GB."""
import zlib


def count_parameters(model):
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(2**20)) for _ in range(1024)) + packer.flush()
    return len([zlib.decompress(packed) for _ in range(4)])
