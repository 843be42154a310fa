import math


def both(*sizes):
    sizes = [s if isinstance(s, (tuple, list)) else [s] * 2 for s in sizes]
    return [[s[i] for s in sizes] for i in range(2)]


def conv2d_output_size(input_size, kernel_size, stride=1, padding=0, dilation=1):
    def one(i, k, s, p, d):
        left = i + 2 * p - d * (k - 1) - 1
        if left < 0:
            raise ValueError("input_size %s is smaller than the kernel %s" % (input_size, kernel_size))
        return left // s + 1

    return tuple(one(*numbers) for numbers in both(input_size, kernel_size, stride, padding, dilation))


def pool2d_output_size(input_size, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
    def one(i, k, s, p, d):
        rounded = math.ceil if ceil_mode else math.floor
        n = rounded((i + 2 * p - d * (k - 1) - 1) / s) + 1
        if ceil_mode and (n - 1) * s - p >= i:
            n -= 1
        return n

    numbers = both(input_size, kernel_size, stride if stride is not None else kernel_size, padding, dilation)
    size = one(*numbers[0]), one(*numbers[1])
    if any(n < 1 for n in size):
        raise ValueError(f"padding {padding} and input {input_size} are too small for kernel {kernel_size}")
    return size


def conv2d_parameter_count(in_channels, out_channels, kernel_size, bias=True, groups=1):
    if isinstance(kernel_size, int):
        kernel_size = [kernel_size] * 2
    per_filter = math.prod([in_channels // groups, *kernel_size])
    return out_channels * (per_filter + 1) if bias else out_channels * per_filter


def receptive_field(layers):
    widths = [kernel - 1 for kernel, _ in layers]
    jumps = [math.prod(stride for _, stride in layers[:i]) for i in range(len(layers))]
    return 1 + sum(w * j for w, j in zip(widths, jumps))


def trace_shapes(net, x):
    shapes = []
    for index, layer in enumerate(net):
        y = net[: index + 1](x)
        shapes.append((layer.__class__.__name__, tuple(y.shape)))
    return shapes
