"""Multiplies the kernels."""

TASK = "receptive-field"
FILE = "shapes.py"
HINT = "Two 3x3 convolutions see 5 pixels, not 9: their windows overlap."


def receptive_field(layers):
    field = 1
    for kernel, _ in layers:
        field *= kernel
    return field
