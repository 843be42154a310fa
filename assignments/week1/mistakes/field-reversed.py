"""Starts at the output side."""

TASK = "receptive-field"
FILE = "shapes.py"
HINT = (
    "You go through the layers in the wrong order: the list begins at the input. Try it on two layers"
    " with different strides."
)


def receptive_field(layers):
    field, step = 1, 1
    for kernel, stride in reversed(layers):
        field += (kernel - 1) * step
        step *= stride
    return field
