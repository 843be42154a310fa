"""Goes through `children()`, which names a layer that is used twice once."""

TASK = "trace-shapes"
FILE = "shapes.py"
HINT = (
    "One ReLU may stand in several places of a net. `children()` lists every module once; the forward"
    " pass runs it every time."
)


def trace_shapes(net, x):
    trace = []
    for layer in net.children():
        x = layer(x)
        trace.append((type(layer).__name__, tuple(x.shape)))
    return trace
