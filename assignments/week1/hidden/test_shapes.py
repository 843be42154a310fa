"""Week 1, hidden: shapes and counts. Every line with `inside` runs beside the student's code."""

import functools
import random

import pytest
import torch
from torch import nn

from cnngrade.judge.suite import expect, images, of_type, same, task

CONV, POOL = "shapes.py:conv2d_output_size", "shapes.py:pool2d_output_size"
COUNT, FIELD = "shapes.py:conv2d_parameter_count", "shapes.py:receptive_field"
WORDS = ["input", "kernel", "stride", "padding", "dilation"]
TOO_SMALL = "ValueError"


def described(symbol, args, kwargs):
    """The call as a student would write it."""
    arguments = [repr(arg) for arg in args] + [f"{name}={value!r}" for name, value in kwargs.items()]
    return f"{symbol.partition(':')[2]}({', '.join(arguments)})"


def same_sizes(inside, symbol, calls, expected, must_name=False):
    """Every call gives what is expected of it: a size, or ValueError."""
    answers = of_type(inside.sizes(symbol, calls, WORDS), list)
    expect(len(answers) == len(calls), f"expected {len(calls)} answers, got {len(answers)}")
    for (args, kwargs), answer, wanted in zip(calls, answers, expected, strict=True):
        what = described(symbol, args, kwargs)
        raised = "raised" in of_type(answer, dict)
        if wanted == TOO_SMALL:
            expect(
                raised, f"{what}: expected ValueError, since the result would be below 1, got {answer.get('value')!r}"
            )
            expect(
                not must_name or answer.get("named") is True,
                f"{what}: the ValueError's message names none of the arguments (input_size, kernel_size, ...)",
            )
        else:
            expect(not raised, f"{what}: expected {wanted}, got ValueError")
            same(answer.get("value"), wanted, what)


def torch_size(make, size):
    """What PyTorch's own layer makes of an image of `size`.

    On real numbers: the meta device, which has shapes alone, imports half of PyTorch's compiler at its first convolution.
    """
    try:
        with torch.no_grad():
            height, width = make()(torch.zeros(1, 1, *size)).shape[2:]
    except RuntimeError:
        return TOO_SMALL
    return (height, width)


def pairs_of(*choices, count, seed):
    """`count` draws: for each list of choices a pair of them, (height, width)."""
    rng = random.Random(seed)
    return [tuple((rng.choice(values), rng.choice(values)) for values in choices) for _ in range(count)]


@functools.cache
def conv_table():
    """Calls and expected sizes of nn.Conv2d, ints first, then pairs."""
    ints = [
        ((h, k, s, p, d), {})
        for h in (1, 2, 5, 6, 28)
        for k in (1, 2, 3, 5)
        for s in (1, 2, 3)
        for p in (0, 1, 2)
        for d in (1, 2)
    ]
    drawn = pairs_of([4, 7, 9, 12], [1, 2, 3, 4], [1, 2, 3, 5], [0, 1, 2, 3], [1, 2], count=150, seed=1)
    mixed = [((h, 3, s, 1, d[0]), {}) for h, _, s, _, d in drawn[:30]]
    mixed += [((h[0], k), {"padding": p, "stride": 2}) for h, k, _, p, _ in drawn[:30]]

    def expected(call):
        args, kwargs = call
        options = dict(zip(("kernel_size", "stride", "padding", "dilation"), args[1:], strict=False)) | kwargs
        size = args[0] if isinstance(args[0], tuple) else (args[0], args[0])
        return torch_size(lambda: nn.Conv2d(1, 1, **options, bias=False), size)

    return [(calls, [expected(call) for call in calls]) for calls in (ints, [(args, {}) for args in drawn], mixed)]


@task("conv-size")
@pytest.mark.parametrize("table", [0, 1, 2], ids=["ints", "pairs", "mixed"])
def test_conv_size(inside, table):
    """`conv2d_output_size` agrees with `nn.Conv2d`, and raises ValueError where a result would be below 1."""
    calls, expected = conv_table()[table]
    same_sizes(inside, CONV, calls, expected)


@task("conv-size")
def test_conv_size_defaults(inside):
    """Stride 1, padding 0 and dilation 1 are the defaults; arguments go by their names."""
    calls = [
        ((28, 5), {}),
        (((30, 17), (3, 4)), {}),
        ((), {"input_size": 224, "kernel_size": 11, "stride": 4, "padding": 1}),
        ((9,), {"kernel_size": 3, "dilation": 2}),
        (((8, 11),), {"padding": (0, 2), "kernel_size": (1, 5), "stride": (2, 3)}),
    ]
    same_sizes(inside, CONV, calls, [(24, 24), (28, 14), (54, 54), (5, 5), (4, 4)])


CONV_TOO_SMALL = [
    ((3, 4), {}),  # 0
    ((2, 5), {"stride": 3}),  # 0, though -3 / 3 + 1 rounds there from either side
    ((1, 3), {"stride": 3}),  # floor(-2 / 3) + 1 = 0: cutting off the fraction gives 1
    ((1, 9), {"padding": 2}),  # negative
    (((9, 2), 3), {}),  # only the width
    (((2, 9), 3), {}),  # only the height
    ((5, 3), {"dilation": 3}),
    ((3, 2), {"dilation": (1, 3), "stride": 2}),
]


@task("conv-size")
def test_conv_size_below_one(inside):
    """A height or a width below 1 raises ValueError, and its message names an argument."""
    same_sizes(inside, CONV, CONV_TOO_SMALL, [TOO_SMALL] * len(CONV_TOO_SMALL), must_name=True)


def fits(k, p):
    """What nn.MaxPool2d asks of a padding: at most half the kernel. What is to become of more the page leaves open."""
    return p <= k // 2


@functools.cache
def pool_table():
    """Calls and expected sizes of nn.MaxPool2d: ints, ints with ceil_mode, pairs with and without."""
    ints = [
        ((h, k, s, p, d), {"ceil_mode": ceil})
        for ceil in (False, True)
        for h in (1, 2, 3, 6, 7)
        for k in (1, 2, 3, 4)
        for s in (None, 1, 2, 3)
        for p in (0, 1, 2)
        for d in (1, 2)
        if fits(k, p)
    ]
    floor, ceil = ([call for call in ints if call[1]["ceil_mode"] is mode] for mode in (False, True))
    drawn = pairs_of([4, 5, 7, 10], [2, 3, 4], [1, 2, 3, 5], [0, 1, 2], [1, 2], count=220, seed=2)
    drawn = [args for args in drawn if all(map(fits, args[1], args[3]))]
    pairs = [(args, {"ceil_mode": index % 2 == 1}) for index, args in enumerate(drawn)]
    pairs += [(args[:2], {"padding": args[3], "ceil_mode": True}) for args in drawn[:30]]

    def expected(call):
        args, kwargs = call
        options = dict(zip(("kernel_size", "stride", "padding", "dilation"), args[1:], strict=False)) | kwargs
        size = args[0] if isinstance(args[0], tuple) else (args[0], args[0])
        return torch_size(lambda: nn.MaxPool2d(**options), size)

    return [(calls, [expected(call) for call in calls]) for calls in (floor, ceil, pairs)]


@task("pool-size")
@pytest.mark.parametrize("table", [0, 1, 2], ids=["floor", "ceil", "pairs"])
def test_pool_size(inside, table):
    """`pool2d_output_size` agrees with `nn.MaxPool2d`, and raises ValueError where a result would be below 1."""
    calls, expected = pool_table()[table]
    same_sizes(inside, POOL, calls, expected)


@task("pool-size")
def test_pool_size_defaults(inside):
    """The stride defaults to the kernel, in each direction to its own side; arguments go by their names."""
    calls = [
        ((28, 2), {}),
        ((5, 2), {}),
        (((12, 13), (2, 3)), {}),
        ((), {"input_size": 54, "kernel_size": 3, "stride": 2}),
        ((6, 3, 2), {"ceil_mode": True}),
        ((5, 2), {"padding": 1, "ceil_mode": True}),  # a fourth window would start in the padding
        ((11,), {"kernel_size": (2, 3), "dilation": (1, 2)}),
    ]
    expected = [(14, 14), (2, 2), (6, 4), (26, 26), (3, 3), (3, 3), (5, 3)]
    same_sizes(inside, POOL, calls, expected)


POOL_TOO_SMALL = [
    ((3, 4), {}),
    ((1, 3), {"stride": 3}),
    (((8, 1), 2), {}),
    (((1, 8), 2), {}),
    ((1, 5), {"stride": 2, "ceil_mode": True}),
    ((4, 3), {"dilation": 2}),
    ((2, 4), {"dilation": (1, 3), "stride": (1, 2), "ceil_mode": True}),
]


@task("pool-size")
def test_pool_size_below_one(inside):
    """A height or a width below 1 raises ValueError, and its message names an argument."""
    same_sizes(inside, POOL, POOL_TOO_SMALL, [TOO_SMALL] * len(POOL_TOO_SMALL), must_name=True)


@task("conv-parameters")
@pytest.mark.parametrize(
    ("args", "kwargs"),
    [
        ((1, 6, 5), {}),
        ((6, 16, 5), {"bias": False}),
        ((3, 8, (2, 7)), {}),
        ((3, 5, (4, 1)), {"bias": False}),
        ((12, 8, 3), {"groups": 4}),
        ((6, 6, (3, 2)), {"groups": 6}),
        ((4, 10, 1), {"groups": 2, "bias": False}),
    ],
    ids=["plain", "no-bias", "oblong", "column", "groups", "depthwise", "pointwise-groups"],
)
def test_parameter_count(inside, args, kwargs):
    """`conv2d_parameter_count` is the number of parameters of the `nn.Conv2d` with the same arguments."""
    layer = nn.Conv2d(*args, **kwargs)
    expected = sum(p.numel() for p in layer.parameters())
    same(inside.call(COUNT, *args, **kwargs), expected, described(COUNT, args, kwargs))


@task("receptive-field")
@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ([(3, 1)], 3),
        ([(3, 1), (3, 1)], 5),
        ([(1, 1), (1, 2), (1, 3)], 1),
        ([(5, 2), (3, 1)], 9),
        ([(3, 1), (5, 2)], 7),
        ([(2, 2), (2, 2), (2, 2)], 8),
        ([(4, 3), (2, 1), (3, 2), (2, 5)], 4 + 3 + 6 + 6),
        ([(5, 1), (2, 2), (5, 1), (2, 2), (5, 1)], 32),  # LeNet-5
        ([(11, 4), (3, 2), (5, 1), (3, 2), (3, 1), (3, 1), (3, 1), (3, 2)], 195),  # AlexNet
    ],
    ids=["one", "two", "pointwise", "stride-first", "stride-last", "halvings", "mixed", "lenet", "alexnet"],
)
def test_receptive_field(inside, layers, expected):
    """`receptive_field` counts the input pixels that one number of the last layer depends on; layers are not changed."""
    got = inside.call_strided(FIELD, layers)
    same(got["value"], expected, described(FIELD, [layers], {}))
    same(got["arguments"], [layers], "the list of layers afterwards")


NETS = {
    "cnn": (
        (2, 1, 28, 28),
        [
            ("Conv2d", (2, 6, 28, 28)),
            ("Tanh", (2, 6, 28, 28)),
            ("AvgPool2d", (2, 6, 14, 14)),
            ("Conv2d", (2, 16, 10, 10)),
            ("Flatten", (2, 1600)),
            ("Linear", (2, 10)),
        ],
    ),
    "named": ((1, 3, 9, 7), [("Conv2d", (1, 4, 4, 3)), ("MaxPool2d", (1, 4, 2, 1)), ("Sigmoid", (1, 4, 2, 1))]),
    "shared": (
        (3, 6),
        [
            ("Linear", (3, 5)),
            ("ReLU", (3, 5)),
            ("Linear", (3, 4)),
            ("ReLU", (3, 4)),
            ("Linear", (3, 2)),
            ("ReLU", (3, 2)),
        ],
    ),
    "own": (
        (1, 2, 4, 5),
        [
            ("Conv2d", (1, 3, 4, 5)),
            ("_Doubled", (1, 6, 4, 5)),
            ("Dropout", (1, 6, 4, 5)),
            ("Unflatten", (1, 2, 3, 4, 5)),
        ],
    ),
    "single": ((5, 3), [("Linear", (5, 7))]),
}


@task("trace-shapes")
@pytest.mark.parametrize("net", NETS)
def test_trace_shapes(inside, net):
    """`trace_shapes` lists class name and output shape of every layer in the order of the forward pass, batch included."""
    shape, expected = NETS[net]
    first, second = of_type(inside.traced(net, images(*shape), True)["traces"], list)
    same(first, expected, "trace_shapes(net, x)")
    same(second, expected, "trace_shapes(net, x), called again on the same net")


@task("trace-shapes")
@pytest.mark.parametrize("training", [False, True], ids=["eval", "train"])
def test_trace_shapes_leaves_the_net(inside, training):
    """`trace_shapes` leaves the net in the mode it found it in, with no hooks on it."""
    got = inside.traced("own", images(2, 2, 3, 3, seed=1), training)
    expect(0 < of_type(got["layers"], int) < 100, "the net has other layers than before")
    same(
        got["training"], [training] * (got["layers"] + 1), "the modes (training?) of the net and its layers afterwards"
    )
    same(got["hooks"], 0, "the number of hooks on the net afterwards")
