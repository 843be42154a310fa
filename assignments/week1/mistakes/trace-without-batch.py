"""Leaves the batch out of the shapes."""

TASK = "trace-shapes"
FILE = "shapes.py"
HINT = "Your shapes have one number too few: the batch belongs to the shape."


def trace_shapes(net, x):
    trace = []
    for layer in net:
        x = layer(x)
        trace.append((type(layer).__name__, tuple(x.shape[1:])))
    return trace
