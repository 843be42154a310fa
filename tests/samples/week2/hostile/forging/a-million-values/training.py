"""Answers with frames that are small on the wire and huge in memory; expected: wrong or crash, 0 points, the grader stays small."""
import gc

from cnngrade.sandbox.inside import wire


def send(value):
    body = b"\x82\xa4type\xa8returned\xa5value" + value
    connection = next(thing for thing in gc.get_objects() if isinstance(thing, wire.Channel)).connection
    connection.sendall(len(body).to_bytes(4, "big") + body)


def count_parameters(model):
    send(b"\xdd" + (40_000_000).to_bytes(4, "big") + b"\x90" * 40_000_000)  # 40 million empty lists
    return 1


def permute_pixels(images, permutation):
    send(b"\xdd\xff\xff\xff\xff")  # 4 billion values are announced, none come
    return images


def evaluate(model, loader, loss_fn, device):
    send(b"\xdf" + (1_000_000).to_bytes(4, "big") + b"".join(b"\xd9\x07%07d\xc0" % i for i in range(1_000_000)))
    return 0.0, 1.0
