"""Leaves out layers without parameters."""

TASK = "trace-shapes"
FILE = "shapes.py"
HINT = "Pooling, flattening and activations are layers too, though they have nothing to learn."


def trace_shapes(net, x):
    trace = []
    for layer in net:
        x = layer(x)
        if list(layer.parameters()):
            trace.append((type(layer).__name__, tuple(x.shape)))
    return trace
