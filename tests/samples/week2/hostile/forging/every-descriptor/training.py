"""Writes a well-formed "returned" frame on every open descriptor; expected: crash, 0 points. Guard: sockets and pipes only."""
import os
import stat

import msgspec


def write_everywhere(value):
    body = msgspec.msgpack.encode({"type": "returned", "value": value})
    for descriptor in range(3, 256):
        try:
            mode = os.fstat(descriptor).st_mode
            if stat.S_ISSOCK(mode) or stat.S_ISFIFO(mode):
                os.write(descriptor, len(body).to_bytes(4, "big") + body)
        except OSError:
            continue


def count_parameters(model):
    write_everywhere(13)
    return 1


def permute_pixels(images, permutation):
    write_everywhere(images.tolist())
    return images


def evaluate(model, loader, loss_fn, device):
    write_everywhere({"result": [0.0, 1.0], "training": model.training, "unchanged": True})
    return 0.0, 1.0
