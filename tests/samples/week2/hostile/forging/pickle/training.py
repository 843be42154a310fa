"""Sends a pickle that prints when somebody loads it; expected: wrong or crash, 0 points, and no BREACH: nobody loads it."""
import gc
import pickle

from cnngrade.sandbox.inside import wire


class Payload:
    def __reduce__(self):
        return print, ("BREACH: a pickle from inside was loaded",)


def count_parameters(model):
    body = pickle.dumps(Payload())
    connection = next(thing for thing in gc.get_objects() if isinstance(thing, wire.Channel)).connection
    connection.sendall(len(body).to_bytes(4, "big") + body)
    return Payload()


def permute_pixels(images, permutation):
    return Payload()


def evaluate(model, loader, loss_fn, device):
    return pickle.dumps(Payload()), 1.0
