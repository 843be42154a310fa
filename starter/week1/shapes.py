"""Week 1, shapes: what comes out of a layer, and what it costs, before anything is computed.

Sizes are (height, width). Where an argument is "an int or a pair", an int stands for both directions: 3 means (3, 3).
"""

import torch
from torch import nn

Size = int | tuple[int, int]


def pair(value: Size) -> tuple[int, int]:
    """Return (value, value) for an int, and a pair as it is. Given; use it or leave it."""
    return (value, value) if isinstance(value, int) else (value[0], value[1])


def conv2d_output_size(
    input_size: Size, kernel_size: Size, stride: Size = 1, padding: Size = 0, dilation: Size = 1
) -> tuple[int, int]:
    """Return the (height, width) that a 2-d convolution makes of `input_size`; each argument is an int or a pair.

    In each direction floor((H + 2P - D(K - 1) - 1) / S) + 1 (Dumoulin and Visin, arXiv:1603.07285). Raises `ValueError`
    when a result would be below 1; its message names an argument that is to blame, say "kernel_size".
    """
    raise NotImplementedError("TODO: conv2d_output_size")


def pool2d_output_size(
    input_size: Size,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
) -> tuple[int, int]:
    """Return the (height, width) that `nn.MaxPool2d` makes of `input_size`; sizes are ints or pairs.

    `stride` defaults to the kernel. Without `ceil_mode` it is the rule of the convolution. With it the division rounds up,
    but a last window that would start in the padding at the right (or the bottom), so past `H + P`, is dropped.
    Raises `ValueError` when a result would be below 1; its message names an argument that is to blame.
    """
    raise NotImplementedError("TODO: pool2d_output_size")


def conv2d_parameter_count(
    in_channels: int, out_channels: int, kernel_size: Size, bias: bool = True, groups: int = 1
) -> int:
    """Return how many numbers a 2-d convolution learns: its weights, and one bias for each output channel.

    With `groups` > 1 an output channel sees only in_channels / groups of the input channels. The kernel is an int or a pair.
    """
    raise NotImplementedError("TODO: conv2d_parameter_count")


def receptive_field(layers: list[tuple[int, int]]) -> int:
    """Return how many input pixels, in one direction, one number of the last layer depends on.

    `layers` holds (kernel, stride) of each layer, the one at the input first. A layer widens the view by (kernel - 1) steps,
    and a step there is as long as the strides *before* it have made it (Araujo et al., Distill 2019).
    """
    raise NotImplementedError("TODO: receptive_field")


def trace_shapes(net: nn.Sequential, x: torch.Tensor) -> list[tuple[str, tuple[int, ...]]]:
    """Return (class name, output shape) of every layer of `net`, in the order of its forward pass on `x`.

    For nn.Sequential(nn.Flatten(), nn.Linear(4, 3)) and x of shape (5, 2, 2) that is [("Flatten", (5, 4)),
    ("Linear", (5, 3))]. A layer that is used twice appears twice. Leaves `net` as it was.
    """
    raise NotImplementedError("TODO: trace_shapes")
