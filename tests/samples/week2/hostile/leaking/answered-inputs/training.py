"""Hides the hidden inputs in wrong answers: the repr, type, keys and numbers that a report quotes; expected: wrong, 0 points."""


def permute_pixels(images, permutation):
    text = "-".join(str(int(place)) for place in permutation)
    return type(f"LEAK{text}"[:80], (), {"__repr__": lambda self: f"LEAK {text}"})()


def evaluate(model, loader, loss_fn, device):
    labels = "".join(str(int(label)) for _, y in loader for label in y)
    return {f"LEAK {labels}": labels}


def count_parameters(model):
    return "LEAK " + "_".join(str(parameter.numel()) for parameter in model.parameters())
