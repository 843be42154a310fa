"""Week 1, public: shapes and counts. Every line with `inside` runs beside your code."""

import pytest
import torch

from cnngrade.judge.suite import expect, of_type, same, task

CONV, POOL = "shapes.py:conv2d_output_size", "shapes.py:pool2d_output_size"
WORDS = ["input", "kernel", "stride", "padding", "dilation"]


def sizes(inside, symbol, expected):
    """`expected` maps calls to sizes: {((28, 5), ()): (24, 24)}; keyword arguments as pairs."""
    calls = [(args, dict(kwargs)) for args, kwargs in expected]
    answers = of_type(inside.sizes(symbol, calls), list)
    for (args, kwargs), answer, size in zip(calls, answers, expected.values(), strict=True):
        what = f"{symbol.partition(':')[2]} of {args} {kwargs or ''}".strip()
        expect("raised" not in of_type(answer, dict), f"{what}: expected {size}, got ValueError")
        same(answer.get("value"), size, what)


def raises(inside, symbol, *args):
    """A size that does not fit raises ValueError, and its message names an argument."""
    (answer,) = inside.sizes(symbol, [(args, {})])
    what = f"{symbol.partition(':')[2]}{args}"
    expect("raised" in of_type(answer, dict), f"{what}: expected ValueError, got {answer.get('value')!r}")
    message = of_type(answer.get("message"), str).lower()
    expect(any(word in message for word in WORDS), f"{what}: the ValueError's message names none of the arguments")


@task("conv-size")
def test_conv_size_public(inside):
    """`conv2d_output_size` is floor((H + 2P - D(K-1) - 1)/S) + 1 in each direction, and complains when nothing is left."""
    expected = {
        ((28, 5), ()): (24, 24),
        ((224, 11, 4, 1), ()): (54, 54),
        (((30, 20), (3, 5)), (("stride", 2), ("padding", (1, 0)))): (15, 8),
        ((10, 3), (("dilation", 3),)): (4, 4),
    }
    sizes(inside, CONV, expected)
    raises(inside, CONV, 4, 5)


@task("pool-size")
def test_pool_size_public(inside):
    """`pool2d_output_size` is `nn.MaxPool2d`'s rule, and complains when nothing is left."""
    expected = {
        ((28, 2), ()): (14, 14),
        ((54, 3, 2), ()): (26, 26),
        (((7, 9), (2, 3)), ()): (3, 3),
        ((8, 3, 2), ()): (3, 3),
        ((8, 3, 2), (("ceil_mode", True),)): (4, 4),
        ((7, 2), (("padding", 1), ("ceil_mode", True))): (4, 4),
    }
    sizes(inside, POOL, expected)
    raises(inside, POOL, 2, 3)


@task("conv-parameters")
@pytest.mark.parametrize(
    ("args", "kwargs", "expected"),
    [
        ((3, 10, 5), {}, 760),
        ((3, 10, 5), {"bias": False}, 750),
        ((8, 4, (1, 3)), {}, 100),
        ((8, 4, 3), {"groups": 2}, 148),
    ],
    ids=["plain", "no-bias", "oblong", "groups"],
)
def test_parameter_count_public(inside, args, kwargs, expected):
    """`conv2d_parameter_count` counts weights and biases."""
    got = inside.call("shapes.py:conv2d_parameter_count", *args, **kwargs)
    same(got, expected, f"conv2d_parameter_count of {args} {kwargs}")


@task("receptive-field")
def test_receptive_field_public(inside):
    """`receptive_field` counts the input pixels that one number of the last layer depends on."""
    for layers, expected in [([(5, 1)], 5), ([(3, 1), (3, 1), (3, 1)], 7), ([(3, 2), (3, 2)], 7)]:
        same(inside.call("shapes.py:receptive_field", layers), expected, f"receptive_field({layers})")


@task("trace-shapes")
def test_trace_shapes_public(inside):
    """`trace_shapes` lists class name and output shape of every layer in the order of the forward pass."""
    layers = [
        ("0", "Conv2d", (1, 6, 5), {"padding": 2}),
        ("1", "Tanh", (), {}),
        ("2", "AvgPool2d", (2,), {}),
        ("3", "Conv2d", (6, 16, 5), {}),
        ("4", "Flatten", (), {}),
        ("5", "Linear", (1600, 10), {}),
    ]
    got = inside.traced(layers, torch.zeros(3, 1, 28, 28))
    expected = [
        ("Conv2d", (3, 6, 28, 28)),
        ("Tanh", (3, 6, 28, 28)),
        ("AvgPool2d", (3, 6, 14, 14)),
        ("Conv2d", (3, 16, 10, 10)),
        ("Flatten", (3, 1600)),
        ("Linear", (3, 10)),
    ]
    same(of_type(got["traces"], list)[0], expected, "trace_shapes(net, x)")
