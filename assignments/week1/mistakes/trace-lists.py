"""Returns lists where tuples are asked for."""

TASK = "trace-shapes"
FILE = "shapes.py"
HINT = "The numbers are right, but a shape is to be a tuple, and so is each entry of the list."


def trace_shapes(net, x):
    trace = []
    for layer in net:
        x = layer(x)
        trace.append([type(layer).__name__, list(x.shape)])
    return trace
