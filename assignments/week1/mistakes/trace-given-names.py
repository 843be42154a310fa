"""Lists the layers' names in the net instead of their classes."""

TASK = "trace-shapes"
FILE = "shapes.py"
HINT = 'You list what the layers are called in this net ("0", "1", ...). Asked for are the names of their classes.'


def trace_shapes(net, x):
    trace = []
    for name, layer in zip(net._modules, net, strict=True):
        x = layer(x)
        trace.append((name, tuple(x.shape)))
    return trace
