"""Takes the last stride as the step, not the product of all."""

TASK = "receptive-field"
FILE = "shapes.py"
HINT = "Two layers with stride 2 make neighbours lie four pixels apart, not two."


def receptive_field(layers):
    field, step = 1, 1
    for kernel, stride in layers:
        field += (kernel - 1) * step
        step = stride
    return field
