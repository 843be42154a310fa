"""Starts at 0 pixels."""

TASK = "receptive-field"
FILE = "shapes.py"
HINT = "Your answer is one too small: without any layer, a number depends on one pixel, itself."


def receptive_field(layers):
    field, step = 0, 1
    for kernel, stride in layers:
        field += (kernel - 1) * step
        step *= stride
    return field
