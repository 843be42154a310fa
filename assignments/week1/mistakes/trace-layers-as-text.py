"""Lists the whole description of a layer."""

TASK = "trace-shapes"
FILE = "shapes.py"
HINT = 'You list what `print(layer)` shows. Asked for is the name of the class alone, such as "Conv2d".'


def trace_shapes(net, x):
    trace = []
    for layer in net:
        x = layer(x)
        trace.append((str(layer), tuple(x.shape)))
    return trace
