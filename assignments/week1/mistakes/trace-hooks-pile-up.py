"""Hooks a layer once for each place it stands in, so that a shared one is listed too often."""

TASK = "trace-shapes"
FILE = "shapes.py"
HINT = "A layer that stands in two places gets two hooks from you, and both fire each time. Count your entries."


def trace_shapes(net, x):
    trace = []
    hooks = [
        layer.register_forward_hook(lambda layer, _, output: trace.append((type(layer).__name__, tuple(output.shape))))
        for layer in net
    ]
    net(x)
    for hook in hooks:
        hook.remove()
    return trace
