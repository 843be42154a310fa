"""Leaves its hooks on the net."""

TASK = "trace-shapes"
FILE = "shapes.py"
HINT = (
    "Your hooks stay on the net when you are done, and run again at every later call. Whoever hangs up"
    " hooks takes them down."
)


def trace_shapes(net, x):
    trace = []
    for layer in set(net):
        layer.register_forward_hook(lambda layer, _, output: trace.append((type(layer).__name__, tuple(output.shape))))
    net(x)
    return trace
