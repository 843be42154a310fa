"""Puts the hidden inputs into exceptions: message, type name, notes, function and file names; expected: crash, 0 points."""


def permute_pixels(images, permutation):
    raise ValueError("LEAK " + ",".join(str(int(place)) for place in permutation))


def evaluate(model, loader, loss_fn, device):
    labels = "".join(str(int(label)) for _, y in loader for label in y)
    error = type(f"LEAK{labels}", (Exception,), {})("LEAK")
    error.add_note(f"LEAK {labels}")
    raise error


def count_parameters(model):
    sizes = "_".join(str(parameter.numel()) for parameter in model.parameters())
    scope = {}
    source = f"def LEAK_{sizes}():\n    raise KeyError('LEAK {sizes}')\n"
    exec(compile(source, __file__.replace("training", f"LEAK{sizes}"), "exec"), scope)
    return scope[f"LEAK_{sizes}"]()
