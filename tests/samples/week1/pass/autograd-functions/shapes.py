"""Shapes, asked of small tables of start positions."""

from torch import nn


def _axis(size, kernel, stride, padding, dilation):
    starts = range(-padding, size + padding - dilation * (kernel - 1), stride)
    return len(starts)


def _per_axis(*values):
    return zip(*(v if isinstance(v, (tuple, list)) else (v, v) for v in values))


def conv2d_output_size(input_size, kernel_size, stride=1, padding=0, dilation=1):
    height, width = (_axis(*axis) for axis in _per_axis(input_size, kernel_size, stride, padding, dilation))
    if not height or not width:
        raise ValueError(f"kernel_size={kernel_size} (dilation={dilation}) exceeds the padded input_size={input_size}")
    return height, width


def pool2d_output_size(input_size, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
    if stride is None:
        stride = kernel_size
    if not ceil_mode:
        return conv2d_output_size(input_size, kernel_size, stride, padding, dilation)
    result = ()
    for size, k, s, p, d in _per_axis(input_size, kernel_size, stride, padding, dilation):
        room = size + 2 * p - d * (k - 1) - 1
        count = (room + s - 1) // s + 1
        result += (count - 1 if (count - 1) * s >= size + p else count,)
    if min(result) < 1:
        raise ValueError(f"kernel_size={kernel_size} exceeds the padded input_size={input_size}")
    return result


def conv2d_parameter_count(in_channels, out_channels, kernel_size, bias=True, groups=1):
    layer = nn.Conv2d(in_channels, out_channels, kernel_size, bias=bias, groups=groups, device="meta")
    return sum(p.numel() for p in layer.parameters())


def receptive_field(layers):
    if not layers:
        return 1
    (kernel, stride), *rest = layers
    return kernel + (receptive_field(rest) - 1) * stride


def trace_shapes(net, x):
    lines = []
    for module in iter(net):
        x = module.forward(x)
        lines.append((module._get_name(), x.shape))
    return lines
