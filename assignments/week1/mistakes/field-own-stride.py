"""Lets a layer's own stride widen its view."""

TASK = "receptive-field"
FILE = "shapes.py"
HINT = "You count a layer's stride one layer too early. Where a kernel goes next does not change what it sees now."


def receptive_field(layers):
    field, step = 1, 1
    for kernel, stride in layers:
        step *= stride
        field += (kernel - 1) * step
    return field
