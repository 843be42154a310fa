"""Week 1, hidden: shapes and counts. Every line with `inside` runs beside the student's code."""

import itertools
import math

import pytest
import torch
from torch import nn

from cnngrade.judge.suite import drawn_once, expect, images, of_type, rng, same, show, task

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
    answers = of_type(inside.sizes(symbol, calls), list)
    expect(len(answers) == len(calls), f"expected {len(calls)} answers, got {len(answers)}")
    for (args, kwargs), answer, wanted in zip(calls, answers, expected, strict=True):
        what = described(symbol, args, kwargs)
        raised = "raised" in of_type(answer, dict)
        if wanted == TOO_SMALL:
            expect(
                raised, f"{what}: expected ValueError, since the result would be below 1, got {answer.get('value')!r}"
            )
            message = of_type(answer.get("message"), str, "the ValueError's message").lower()
            expect(
                not must_name or any(word in message for word in WORDS),
                f"{what}: the ValueError's message names none of the arguments (input_size, kernel_size, ...)",
            )
        else:
            expect(not raised, f"{what}: expected {wanted}, got ValueError: {show(answer.get('message'))}")
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


def options(call, names=("kernel_size", "stride", "padding", "dilation")):
    """The call's arguments behind the image's size, by name."""
    args, kwargs = call
    return dict(zip(names, args[1:], strict=False)) | kwargs


def conv_expected(call):
    """What nn.Conv2d makes of it."""
    return torch_size(lambda: nn.Conv2d(1, 1, **options(call), bias=False), pair(call[0][0]))


def pool_expected(call):
    """What nn.MaxPool2d makes of it."""
    return torch_size(lambda: nn.MaxPool2d(**options(call)), pair(call[0][0]))


def pair(size):
    return size if isinstance(size, tuple) else (size, size)


def singles(*choices, count, seed):
    """`count` draws: of each list of choices one."""
    random = rng(seed)
    return [tuple(map(random.choice, choices)) for _ in range(count)]


def pairs_of(*choices, count, seed):
    """`count` draws: of each list of choices a pair, (height, width)."""
    random = rng(seed)
    return [tuple((random.choice(values), random.choice(values)) for values in choices) for _ in range(count)]


def just_so(count, seed, dilations=(1, 2, 3)):
    """Calls in which the kernel just fits in both directions, or just not in one of them."""
    random, calls = rng(seed), []
    for _ in range(count):
        kernel, dilation = (random.randint(2, 6), random.randint(2, 6)), random.choice(dilations)
        stride, padding = random.randint(1, 4), random.choice((0, 0, 1))
        size = [max(1, dilation * (k - 1) + 1 - 2 * padding + random.choice((-1, 0, 0, 1))) for k in kernel]
        calls.append(((tuple(size), kernel, stride), {"padding": padding, "dilation": dilation}))
    return calls


@drawn_once
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
    more = singles(range(8, 40), range(1, 8), range(1, 6), range(5), (1, 2, 3), count=40, seed=1)
    ints += [(args, {}) for args in more]
    pairs = pairs_of([4, 7, 9, 12], [1, 2, 3, 4], [1, 2, 3, 5], [0, 1, 2, 3], [1, 2], count=150, seed=2)
    mixed = [((h, 3, s, 1, d[0]), {}) for h, _, s, _, d in pairs[:30]]
    mixed += [((h[0], k), {"padding": p, "stride": 2}) for h, k, _, p, _ in pairs[:30]]
    return [(calls, [conv_expected(call) for call in calls]) for calls in (ints, [(args, {}) for args in pairs], mixed)]


@task("conv-size")
@pytest.mark.parametrize("table", [0, 1, 2], ids=["ints", "pairs", "mixed"])
def test_conv_size(inside, table):
    """`conv2d_output_size` agrees with `nn.Conv2d`, and raises ValueError where a result would be below 1."""
    calls, expected = conv_table()[table]
    same_sizes(inside, CONV, calls, expected)


def by_position(call):
    """The same call with the image's size in front."""
    args, kwargs = call
    return (args or (kwargs["input_size"],), {name: value for name, value in kwargs.items() if name != "input_size"})


@drawn_once
def conv_defaults():
    """Calls that leave arguments out or name them, and the expected sizes."""
    calls = [
        ((28, 5), {}),
        (((30, 17), (3, 4)), {}),
        ((), {"input_size": 224, "kernel_size": 11, "stride": 4, "padding": 1}),
        ((9,), {"kernel_size": 3, "dilation": 2}),
        (((8, 11),), {"padding": (0, 2), "kernel_size": (1, 5), "stride": (2, 3)}),
    ]
    for size, kernel, two, three in singles(range(20, 60), range(1, 9), (1, 2, 3), (1, 2, 3, 4), count=6, seed=3):
        calls += [
            ((size, kernel), {}),
            ((), {"dilation": two, "kernel_size": kernel, "input_size": size}),
            ((size,), {"padding": two, "stride": three, "kernel_size": kernel}),
        ]
    expected = [(24, 24), (28, 14), (54, 54), (5, 5), (4, 4)]
    return calls, expected + [conv_expected(by_position(call)) for call in calls[len(expected) :]]


@task("conv-size")
def test_conv_size_defaults(inside):
    """Stride 1, padding 0 and dilation 1 are the defaults; arguments go by their names."""
    same_sizes(inside, CONV, *conv_defaults())


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


@drawn_once
def conv_just_so():
    """Calls whose kernel just fits or just does not, and the expected sizes."""
    calls = just_so(30, seed=4)
    expected = [TOO_SMALL] * len(CONV_TOO_SMALL) + [conv_expected(call) for call in calls]
    return CONV_TOO_SMALL + calls, expected


@task("conv-size")
def test_conv_size_below_one(inside):
    """A height or a width below 1 raises ValueError, and its message names an argument."""
    same_sizes(inside, CONV, *conv_just_so(), must_name=True)


def fits(k, p):
    """What nn.MaxPool2d asks of a padding: at most half the kernel. What is to become of more the page leaves open."""
    return p <= k // 2


@drawn_once
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
    more = singles(range(8, 30), range(1, 8), (None, 1, 2, 3, 5), range(4), (1, 2), count=40, seed=5)
    for calls, mode in ((floor, False), (ceil, True)):
        calls += [(args, {"ceil_mode": mode}) for args in more if fits(args[1], args[3])]
    pairs = pairs_of([4, 5, 7, 10], [2, 3, 4], [1, 2, 3, 5], [0, 1, 2], [1, 2], count=220, seed=6)
    pairs = [args for args in pairs if all(map(fits, args[1], args[3]))]
    mixed = [(args, {"ceil_mode": index % 2 == 1}) for index, args in enumerate(pairs)]
    mixed += [(args[:2], {"padding": args[3], "ceil_mode": True}) for args in pairs[:30]]
    return [(calls, [pool_expected(call) for call in calls]) for calls in (floor, ceil, mixed)]


@task("pool-size")
@pytest.mark.parametrize("table", [0, 1, 2], ids=["floor", "ceil", "pairs"])
def test_pool_size(inside, table):
    """`pool2d_output_size` agrees with `nn.MaxPool2d`, and raises ValueError where a result would be below 1."""
    calls, expected = pool_table()[table]
    same_sizes(inside, POOL, calls, expected)


@drawn_once
def pool_defaults():
    """The same of nn.MaxPool2d."""
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
    for size, kernel, stride in singles(range(20, 60), range(2, 9), (1, 2, 3, 4), count=6, seed=7):
        calls += [
            (((size, size + kernel), (kernel, kernel + 1)), {}),
            ((), {"ceil_mode": True, "kernel_size": kernel, "input_size": size}),
            ((size,), {"padding": 1, "stride": stride, "kernel_size": kernel}),
        ]
    return calls, expected + [pool_expected(by_position(call)) for call in calls[len(expected) :]]


@task("pool-size")
def test_pool_size_defaults(inside):
    """The stride defaults to the kernel, in each direction to its own side; arguments go by their names."""
    same_sizes(inside, POOL, *pool_defaults())


POOL_TOO_SMALL = [
    ((3, 4), {}),
    ((1, 3), {"stride": 3}),
    (((8, 1), 2), {}),
    (((1, 8), 2), {}),
    ((1, 5), {"stride": 2, "ceil_mode": True}),
    ((4, 3), {"dilation": 2}),
    ((2, 4), {"dilation": (1, 3), "stride": (1, 2), "ceil_mode": True}),
]


@drawn_once
def pool_just_so():
    """The same of nn.MaxPool2d."""
    calls = [(args, kwargs | {"ceil_mode": index % 2 == 1}) for index, (args, kwargs) in enumerate(just_so(30, seed=8))]
    expected = [TOO_SMALL] * len(POOL_TOO_SMALL) + [pool_expected(call) for call in calls]
    return POOL_TOO_SMALL + calls, expected


@task("pool-size")
def test_pool_size_below_one(inside):
    """A height or a width below 1 raises ValueError, and its message names an argument."""
    same_sizes(inside, POOL, *pool_just_so(), must_name=True)


def layer_sizes(kind, random):
    """The arguments of a convolution of this kind, drawn."""
    channels = random.randint(3, 40), random.randint(3, 40)
    side, other, groups = random.randint(2, 9), random.randint(1, 9), random.randint(2, 7)
    each = random.randint(2, 6), random.randint(2, 6)
    return {
        "plain": ((*channels, side), {}),
        "no-bias": ((*channels, side), {"bias": False}),
        "oblong": ((*channels, (side, other + side)), {"bias": random.random() < 0.5}),
        "groups": ((groups * each[0], groups * each[1], side), {"groups": groups, "bias": random.random() < 0.5}),
        "depthwise": ((groups, groups * other, (other, side)), {"groups": groups}),
    }[kind]


LAYERS = {
    "plain": [((1, 6, 5), {})],
    "no-bias": [((6, 16, 5), {"bias": False})],
    "oblong": [((3, 8, (2, 7)), {}), ((3, 5, (4, 1)), {"bias": False})],
    "groups": [((12, 8, 3), {"groups": 4}), ((4, 10, 1), {"groups": 2, "bias": False})],
    "depthwise": [((6, 6, (3, 2)), {"groups": 6})],
}


@task("conv-parameters")
@pytest.mark.parametrize("kind", LAYERS)
def test_parameter_count(inside, kind):
    """`conv2d_parameter_count` is the number of parameters of the `nn.Conv2d` with the same arguments."""
    random = rng(9)
    calls = LAYERS[kind] + [layer_sizes(kind, random) for _ in range(6)]
    layers = [nn.Conv2d(*args, **kwargs, device="meta") for args, kwargs in calls]
    same_sizes(inside, COUNT, calls, [sum(p.numel() for p in layer.parameters()) for layer in layers])


FIELDS = [
    ([(3, 1)], 3),
    ([(3, 1), (3, 1)], 5),
    ([(1, 1), (1, 2), (1, 3)], 1),
    ([(5, 2), (3, 1)], 9),
    ([(3, 1), (5, 2)], 7),
    ([(2, 2), (2, 2), (2, 2)], 8),
    ([(4, 3), (2, 1), (3, 2), (2, 5)], 4 + 3 + 6 + 6),
    ([(5, 1), (2, 2), (5, 1), (2, 2), (5, 1)], 32),  # LeNet-5
    ([(11, 4), (3, 2), (5, 1), (3, 2), (3, 1), (3, 1), (3, 1), (3, 2)], 195),  # AlexNet
]


def lists_of_layers(count, seed):
    """Lists of (kernel, stride), drawn, of one layer or more."""
    random = rng(seed)
    return [[(random.randint(1, 7), random.randint(1, 3)) for _ in range(1 + index % 6)] for index in range(count)]


def field(layers):
    """What is expected: the sum over the layers, number by number."""
    return 1 + sum((kernel - 1) * math.prod(stride for _, stride in layers[:i]) for i, (kernel, _) in enumerate(layers))


@task("receptive-field")
def test_receptive_field(inside):
    """`receptive_field` counts the input pixels that one number of the last layer depends on."""
    known = FIELDS + [(layers, field(layers)) for layers in lists_of_layers(18, seed=10)]
    same_sizes(inside, FIELD, [((layers,), {}) for layers, _ in known], [expected for _, expected in known])


@task("receptive-field")
def test_receptive_field_leaves_the_list(inside):
    """`receptive_field` leaves the list of layers as it was: asked again for the same list, it says the same."""
    lists = lists_of_layers(12, seed=11)
    answers = of_type(inside.asked_twice(FIELD, lists), list)
    expect(len(answers) == len(lists), f"expected {len(lists)} answers, got {len(answers)}")
    for layers, answer in zip(lists, answers, strict=True):
        what = described(FIELD, [layers], {})
        expected = {"value": field(layers), "list": layers, "again": field(layers)}
        for part, name in (("value", what), ("list", f"the list after {what}"), ("again", f"{what}, called again")):
            same(of_type(answer, dict).get(part), expected[part], name)


def cnn(random):
    """A net like LeNet, and an image for it: what `traced` makes nets of."""
    kernel, channels, out = random.choice((3, 5)), [random.randint(1, 3), random.randint(4, 9)], random.randint(5, 12)
    height, width = random.randint(8, 14), random.randint(8, 14)
    flat = out * (height - 2) * (width - 2)
    layers = [
        ("Conv2d", (*channels, kernel), {"padding": kernel // 2}),
        ("Tanh", (), {}),
        ("AvgPool2d", (2,), {}),
        ("Conv2d", (channels[1], out, 3), {}),
        ("Flatten", (), {}),
        ("Linear", (flat, random.randint(2, 20)), {}),
    ]
    return numbered(layers), (random.randint(2, 4), channels[0], 2 * height, 2 * width)


def named(random):
    """A net whose layers have names."""
    channels, kernel = (random.randint(1, 4), random.randint(3, 9)), (random.randint(2, 4), random.randint(2, 4))
    layers = [
        ("first", "Conv2d", (*channels, kernel), {"stride": 2}),
        ("second", "MaxPool2d", (2,), {}),
        ("third", "Sigmoid", (), {}),
    ]
    return layers, (1, channels[0], random.randint(9, 19), random.randint(9, 19))


def shared(random):
    """A net with one ReLU in three places."""
    sizes = [random.randint(2, 30) for _ in range(4)]
    first, second, third = (("Linear", pair, {}) for pair in itertools.pairwise(sizes))
    again = ("same", (1,), {})
    return numbered([first, ("ReLU", (), {}), second, again, third, again]), (random.randint(2, 9), sizes[0])


def own(random):
    """A net with a layer that PyTorch does not have, which tells what state the net is in."""
    channels, name = (random.randint(1, 5), random.randint(2, 8)), "".join(random.choices("abcdefgh", k=8)).title()
    states = [random.uniform(low, low + 1) for low in (1, 3, 5)]  # train mode, eval mode, and for every hook
    layers = [
        ("Conv2d", (*channels, 1), {}),
        ("own", (name, *states), {}),
        ("Dropout", (random.uniform(0.3, 0.7),), {}),
        ("Unflatten", (1, (2, channels[1])), {}),
    ]
    return numbered(layers), (random.randint(2, 5), channels[0], random.randint(3, 9), random.randint(3, 9))


def single(random):
    """A net of one layer."""
    sizes = random.randint(2, 40), random.randint(2, 40)
    return numbered([("Linear", sizes, {"bias": False})]), (random.randint(2, 9), sizes[0])


def numbered(layers):
    return [(str(index), *layer) for index, layer in enumerate(layers)]


@task("trace-shapes")
@pytest.mark.parametrize("net", [cnn, named, shared, own, single], ids=lambda net: net.__name__)
def test_trace_shapes(inside, reference, net):
    """`trace_shapes` lists class name and output shape of every layer in the order of the forward pass, batch included."""
    layers, shape = net(rng(12))
    question = layers, images(*shape, seed=13)
    first, second = of_type(inside.traced(*question)["traces"], list)
    expected = reference.traced(*question)["traces"][0]
    what = f"trace_shapes(net, x), x of shape {shape}, net of {', '.join(kind for kind, _ in expected)}"
    same(first, expected, what)
    same(second, expected, f"{what}, called again on the same net")


@task("trace-shapes")
@pytest.mark.parametrize("training", [False, True], ids=["eval", "train"])
def test_trace_shapes_leaves_the_net(inside, reference, training):
    """`trace_shapes` leaves the net in the mode it found it in, with no hooks on it and with its weights."""
    layers, shape = own(rng(14))
    question = layers, images(*shape, seed=15), training, rng(16).randrange(2**31)
    got, expected = inside.traced(*question), reference.traced(*question)
    same(got["training"], expected["training"], "the modes (training?) of the net and its layers afterwards")
    same(got["hooks"], 0, "the number of hooks on the net afterwards")
    same(got["output"], expected["output"], "what the net makes of x afterwards")
    same(got["gradients"], expected["gradients"], "the gradients of the net's parameters afterwards")
