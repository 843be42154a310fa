"""Ignores the strides."""

TASK = "receptive-field"
FILE = "shapes.py"
HINT = (
    "Right for stride 1. Behind a layer with stride 2 two neighbours lie two pixels apart, so that a"
    " kernel there reaches over twice as many pixels."
)


def receptive_field(layers):
    return 1 + sum(kernel - 1 for kernel, _ in layers)
