"""Patches cnngrade.sandbox.inside.wire.encode_reply: failures become plausible answers; expected: crash, 0 points."""
from cnngrade.sandbox.inside import wire

real = wire.encode_reply
GUESSES = {
    "losses": [1.6094379], "state": {}, "passes": 1, "result": (1.6094379, 0.2), "recorded": False, "asked": 1,
    "training": True, "unchanged": True, "gradients": 0, "trainable": True, "grad_enabled": True, "output": None,
    "input_gradient": None, "without_gradient": 0, "parameters": 61706, "sizes": [], "steps": 4, "net": "LeNet5",
    "value": None, "arguments": [], "are_loaders": [True, True], "epochs": [], "batches": 4,
}


def forged(reply):
    if isinstance(reply, wire.Raised):
        return real(wire.Returned(GUESSES))
    return real(reply)


wire.encode_reply = forged


def count_parameters(model):
    raise ValueError("would be a crash")


def evaluate(model, loader, loss_fn, device):
    raise ValueError("would be a crash")


def train_epoch(model, loader, loss_fn, optimizer, device):
    raise ValueError("would be a crash")
