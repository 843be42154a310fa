"""Leaves the net in eval mode."""

TASK = "trace-shapes"
FILE = "shapes.py"
HINT = (
    "Your function puts the net into eval mode and leaves it there. Who trains on afterwards trains in the wrong mode."
)


def trace_shapes(net, x):
    net.eval()
    trace = []
    for layer in net:
        x = layer(x)
        trace.append((type(layer).__name__, tuple(x.shape)))
    return trace
