"""Sends "ready" a second time, from another Python, pid and device; expected: crash, 0 points, the environment not changed."""
import gc

from cnngrade.sandbox.inside import wire


def count_parameters(model):
    channel = next(thing for thing in gc.get_objects() if isinstance(thing, wire.Channel))
    channel.send(wire.encode_reply(wire.Ready(-1, "9.99", "<script>", "NVIDIA H9000")))
    channel.send(wire.encode_reply(wire.Ready(1, "", "", "cuda")))
    return 1


permute_pixels = evaluate = train_epoch = lambda *_args: count_parameters(None)
