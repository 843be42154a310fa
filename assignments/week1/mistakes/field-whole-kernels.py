"""Adds whole kernels."""

TASK = "receptive-field"
FILE = "shapes.py"
HINT = "A second 3x3 kernel shares its middle with what the first saw: it adds one pixel on each side, not three."


def receptive_field(layers):
    field, step = 0, 1
    for kernel, stride in layers:
        field += kernel * step
        step *= stride
    return field
