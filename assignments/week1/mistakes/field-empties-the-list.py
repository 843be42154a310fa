"""Takes the layers out of the caller's list."""

TASK = "receptive-field"
FILE = "shapes.py"
HINT = "The number is right, but the caller's list is empty afterwards. A function leaves its arguments as they were."


def receptive_field(layers):
    field, step = 1, 1
    while layers:
        kernel, stride = layers.pop(0)
        field += (kernel - 1) * step
        step *= stride
    return field
