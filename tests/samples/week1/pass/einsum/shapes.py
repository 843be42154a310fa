from functools import reduce

import numpy as np
import torch.nn as nn


def _two(v):
    return np.broadcast_to(np.asarray(v), (2,))


def conv2d_output_size(input_size, kernel_size, stride=1, padding=0, dilation=1):
    h, k, s, p, d = map(_two, (input_size, kernel_size, stride, padding, dilation))
    out = (h + 2 * p - d * (k - 1) - 1) // s + 1
    if (out < 1).any():
        raise ValueError(f"input_size={input_size} leaves no room: {out.tolist()}")
    return tuple(out.tolist())


def pool2d_output_size(input_size, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
    h, k, s, p, d = map(_two, (input_size, kernel_size, kernel_size if stride is None else stride, padding, dilation))
    out = (h + 2 * p - d * (k - 1) - 1 + ceil_mode * (s - 1)) // s + 1
    out = out - (ceil_mode & ((out - 1) * s >= h + p))
    if (out < 1).any():
        raise ValueError(f"input_size={input_size} leaves no room: {out.tolist()}")
    return tuple(out.tolist())


def conv2d_parameter_count(in_channels, out_channels, kernel_size, bias=True, groups=1):
    return int(out_channels * (in_channels // groups * np.prod(_two(kernel_size)) + bool(bias)))


def receptive_field(layers):
    return reduce(lambda state, layer: (state[0] + (layer[0] - 1) * state[1], state[1] * layer[1]), layers, (1, 1))[0]


def trace_shapes(net: nn.Sequential, x):
    trace, handles = [], []

    def note(layer, _inputs, output):
        trace.append((type(layer).__name__, tuple(output.shape)))

    for layer in dict.fromkeys(net):
        handles.append(layer.register_forward_hook(note))
    try:
        net(x)
    finally:
        for handle in handles:
            handle.remove()
    return trace
