"""Week 1, hidden: the layers by hand. PyTorch's own layers say what is right; lines with `inside` run the student's."""

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from cnngrade.judge.suite import (
    elementary_operations,
    expect,
    images,
    integers,
    is_elementary,
    of_type,
    order,
    rng,
    same,
    task,
)

LINEAR, RELU, SIGMOID = "layers.py:linear", "layers.py:relu", "layers.py:sigmoid"
CONV, MAX, AVG = "layers.py:conv2d", "layers.py:max_pool2d", "layers.py:avg_pool2d"
SOFTMAX, ENTROPY = "layers.py:softmax", "layers.py:cross_entropy"
PERCEPTRON, XOR, RNN = "layers.py:perceptron", "layers.py:xor", "layers.py:rnn_cell"


def labels(classes, count, seed=0):
    """Numbers of classes in a drawn order: each occurs before one comes again."""
    return order(classes, seed=seed).repeat(1 + count // classes)[:count]


def apart(*shape, seed=0):
    """Numbers between -2 and 2 in a drawn order, none of them alike or 0: no tie, and no corner of |x| or max(x, 0)."""
    count = torch.Size(shape).numel()
    shift = rng(seed).uniform(0.25, 0.75)
    return ((order(count, seed=seed) - count // 2 + shift) * (4 / count)).reshape(shape)


def in_steps(*shape, seed=0):
    """Multiples of 1/4 between -3 and 3: their sums of products are exact, in whatever order they are added."""
    return (integers(25, *shape, seed=seed) - 12) / 4


def same_gradients(inside, symbol, ours, args, names, kwargs=None, rtol=1e-3, atol=1e-4):
    """The student's function and `ours` give the same value and the same gradients with respect to `names`."""
    leaves = [
        arg.clone().requires_grad_() if isinstance(arg, Tensor) and arg.is_floating_point() else arg for arg in args
    ]
    value = ours(*leaves, **(kwargs or {}))
    direction = apart(*value.shape, seed=7)
    got = inside.differentiate(symbol, tuple(args), kwargs or {}, direction)
    same(got["value"], value.detach(), rtol=rtol)
    expect(got["gradients"] is not None, "the result cannot be differentiated: to autograd it is a constant")
    torch.autograd.backward((value * direction).sum())
    expected = [leaf.grad for leaf in leaves if isinstance(leaf, Tensor) and leaf.requires_grad]
    gradients = of_type(got["gradients"], list)
    expect(len(gradients) == len(expected), f"expected {len(expected)} gradients, got {len(gradients)}")
    for name, theirs, right in zip(names, gradients, expected, strict=True):
        expect(theirs is not None, f"{name} gets no gradient")
        same(theirs, right, f"the gradient with respect to {name}", rtol=rtol, atol=atol)


def same_strided(inside, symbol, ours, args):
    """The value is right for arguments that are contiguous in memory or not, and they are afterwards what they were."""
    for probe in (inside.call_strided, inside.call_packed):
        got = probe(symbol, *args)
        same(got["value"], ours(*args))
        same(got["arguments"], list(args), "the arguments afterwards", rtol=0, atol=0)


ELEMENTARY = elementary_operations(__file__)


def no_layers(inside, symbol, *cases):
    """The function gets by without PyTorch's layers: by its source, and by what it calls and computes while looked at."""
    look = inside.layers_used(symbol, *cases)
    is_elementary(inside, symbol, ELEMENTARY)
    used, name = of_type(look["used"], list), symbol.partition(":")[2]
    expect(not used, f"{name} is to be written from elementary operations, but it relies on PyTorch's own: {used}")
    looks = of_type(look["values"], list)
    expect(len(looks) == len(cases), f"expected the values of {len(cases)} calls while looked at, got {len(looks)}")
    for args, values in zip(cases, looks, strict=True):
        # Three looks; under the last two a correct function may fail, under the first it may not.
        expect(1 <= len(of_type(values, list)) <= 3, f"expected a value for each look, got {len(values)}")
        for value in values:
            got = value.float() if symbol == XOR and isinstance(value, Tensor) else value
            same(got, OURS[symbol](*args), f"{name} while it is looked at")


# --- linear -----------------------------------------------------------------------------------------------------------


def linear_arguments(n, features, outputs, seed=0):
    return images(n, features, seed=seed), images(outputs, features, seed=seed + 1), images(outputs, seed=seed + 2)


@task("linear")
@pytest.mark.parametrize("sizes", [(4, 3, 5), (1, 6, 2), (5, 5, 5), (3, 4, 1), (2, 1, 3)])
def test_linear(inside, sizes):
    """`linear(x, weight, bias)` is x W^T + b, as `F.linear`."""
    args = linear_arguments(*sizes)
    same(inside.call(LINEAR, *args), F.linear(*args), "linear(x, weight, bias)")


@task("linear")
@pytest.mark.parametrize("sizes", [(4, 3, 5), (3, 3, 3)])
def test_linear_without_bias(inside, sizes):
    """Without a bias, `linear` is x W^T."""
    x, weight, _ = linear_arguments(*sizes, seed=3)
    same(inside.call(LINEAR, x, weight), x @ weight.T, "linear(x, weight)")
    same(inside.call(LINEAR, x, weight=weight, bias=None), x @ weight.T, "linear(x, weight, None)")


@task("linear")
@pytest.mark.parametrize("sizes", [(4, 3, 5), (1, 4, 4)])
def test_linear_gradients(inside, sizes):
    """Gradients flow through x, weight and bias of `linear`."""
    same_gradients(inside, LINEAR, F.linear, linear_arguments(*sizes, seed=6), ("x", "weight", "bias"))


@task("linear")
def test_linear_leaves_its_arguments(inside):
    """`linear` accepts arguments that are not contiguous in memory, and leaves them as they were."""
    same_strided(inside, LINEAR, F.linear, linear_arguments(4, 3, 5, seed=9))


@task("linear")
def test_linear_is_elementary(inside):
    """`linear` is written from elementary operations."""
    x, weight, bias = linear_arguments(4, 3, 5, seed=12)
    no_layers(inside, LINEAR, (x, weight, bias), (x, weight))


# --- relu and sigmoid -------------------------------------------------------------------------------------------------

SHAPES = pytest.mark.parametrize("shape", [(7,), (4, 5), (2, 3, 4, 3)], ids=["vector", "matrix", "images"])


@task("activations")
@SHAPES
def test_relu(inside, shape):
    """`relu` keeps what is positive, and makes the rest 0, for any shape."""
    x = 3 * images(*shape, seed=15)
    same(inside.call(RELU, x), F.relu(x), "relu(x)", rtol=1e-6, atol=1e-6)


@task("activations")
@SHAPES
def test_sigmoid(inside, shape):
    """`sigmoid` is 1 / (1 + exp(-x)), for any shape."""
    x = 3 * images(*shape, seed=16)
    same(inside.call(SIGMOID, x), torch.sigmoid(x), "sigmoid(x)")


@task("activations")
def test_activations_far_out(inside):
    """`sigmoid` is right for arguments from -30 to 30, and `relu` for large ones."""
    x = 15 * apart(60, seed=21)  # far from 0 and from one another
    same_gradients(inside, SIGMOID, torch.sigmoid, (x,), ("x",))
    same(inside.call(RELU, 1000 * x), F.relu(1000 * x), "relu(x)")


@task("activations")
@pytest.mark.parametrize(("symbol", "ours"), [(RELU, F.relu), (SIGMOID, torch.sigmoid)], ids=["relu", "sigmoid"])
def test_activation_gradients(inside, symbol, ours):
    """Gradients flow through `relu` and `sigmoid`."""
    same_gradients(inside, symbol, ours, (apart(3, 4, 5, seed=17),), ("x",))


@task("activations")
@pytest.mark.parametrize(("symbol", "ours"), [(RELU, F.relu), (SIGMOID, torch.sigmoid)], ids=["relu", "sigmoid"])
def test_activations_leave_their_arguments(inside, symbol, ours):
    """`relu` and `sigmoid` accept a tensor that is not contiguous in memory, and leave it as it was."""
    same_strided(inside, symbol, ours, (images(3, 4, 5, seed=18),))


@task("activations")
@pytest.mark.parametrize("symbol", [RELU, SIGMOID], ids=["relu", "sigmoid"])
def test_activations_are_elementary(inside, symbol):
    """`relu` and `sigmoid` are written from elementary operations."""
    no_layers(inside, symbol, (images(3, 4, seed=19),))


# --- conv2d -----------------------------------------------------------------------------------------------------------

# x, weight, stride, padding
CONVOLUTIONS = {
    "plain": ((2, 3, 6, 5), (4, 3, 3, 3), 1, 0),
    "one-map": ((1, 1, 5, 7), (1, 1, 3, 2), 1, 0),
    "even-kernel-stride-2": ((2, 2, 7, 6), (3, 2, 2, 4), 2, 0),
    "padding-1-stride-2": ((1, 2, 6, 8), (3, 2, 3, 3), 2, 1),
    "padding-2": ((2, 1, 4, 5), (2, 1, 5, 3), 1, 2),
    "padding-1-stride-3": ((1, 2, 8, 9), (2, 2, 3, 3), 3, 1),
    "whole-image": ((2, 3, 4, 3), (5, 3, 4, 3), 1, 0),
    "one-by-one": ((2, 3, 3, 4), (2, 3, 1, 1), 1, 0),
    "skipping": ((1, 2, 7, 8), (2, 2, 1, 2), 3, 0),
    "square": ((3, 3, 5, 5), (3, 3, 3, 3), 1, 1),
}
SOME = pytest.mark.parametrize("case", ["plain", "even-kernel-stride-2", "padding-1-stride-2"])


def conv_arguments(case, seed=0):
    shape, weight, stride, padding = CONVOLUTIONS[case]
    return images(*shape, seed=seed), images(*weight, seed=seed + 1), images(weight[0], seed=seed + 2), stride, padding


@task("conv2d")
@pytest.mark.parametrize("case", CONVOLUTIONS)
def test_conv2d(inside, case):
    """`conv2d` computes what `F.conv2d` computes, whatever the sizes, the stride and the padding."""
    args = conv_arguments(case, seed=20)
    same(inside.call(CONV, *args), F.conv2d(*args), "conv2d(x, weight, bias, stride, padding)")


@task("conv2d")
@pytest.mark.parametrize("case", ["plain", "one-map"])
def test_conv2d_defaults(inside, case):
    """Without a bias nothing is added; the stride is 1 and the padding 0 unless said otherwise, by name too."""
    x, weight, bias, _, _ = conv_arguments(case, seed=23)
    same(inside.call(CONV, x, weight), F.conv2d(x, weight), "conv2d(x, weight)")
    same(inside.call(CONV, x, weight, bias), F.conv2d(x, weight, bias), "conv2d(x, weight, bias)")
    same(inside.call(CONV, x, weight, padding=1), F.conv2d(x, weight, padding=1), "conv2d(x, weight, padding=1)")
    same(inside.call(CONV, x, weight, stride=2), F.conv2d(x, weight, stride=2), "conv2d(x, weight, stride=2)")


@task("conv2d")
@SOME
def test_conv2d_gradients(inside, case):
    """Gradients flow through x, weight and bias of `conv2d`."""
    same_gradients(inside, CONV, F.conv2d, conv_arguments(case, seed=26), ("x", "weight", "bias"))


@task("conv2d")
@SOME
def test_conv2d_leaves_its_arguments(inside, case):
    """`conv2d` accepts arguments that are not contiguous in memory, and leaves them as they were."""
    same_strided(inside, CONV, F.conv2d, conv_arguments(case, seed=29))


@task("conv2d")
def test_conv2d_is_elementary(inside):
    """`conv2d` is written from elementary operations."""
    # Small, for three slow looks at what may be seven nested loops.
    x, weight, bias = images(1, 2, 4, 3, seed=31), images(2, 2, 2, 2, seed=32), images(2, seed=33)
    no_layers(inside, CONV, (x, weight), (x, weight, bias, 2, 1), (x, weight[:, :, :1, :1], bias))


# --- pooling ----------------------------------------------------------------------------------------------------------

POOLS = pytest.mark.parametrize(("symbol", "ours"), [(MAX, F.max_pool2d), (AVG, F.avg_pool2d)], ids=["max", "avg"])
# x, kernel_size, stride
POOLINGS = {
    "halves": ((2, 3, 6, 4), 2, None),
    "odd-size": ((1, 1, 5, 7), 2, None),
    "overlapping": ((2, 2, 7, 6), 3, 2),
    "stride-1": ((1, 2, 6, 5), 3, 1),
    "gaps": ((2, 1, 8, 7), 2, 3),
    "whole-image": ((2, 2, 4, 4), 4, None),
    "thinned": ((1, 2, 3, 5), 1, 2),
    "square": ((3, 3, 9, 9), 3, None),
}


@task("pooling")
@POOLS
@pytest.mark.parametrize("case", POOLINGS)
def test_pooling(inside, case, symbol, ours):
    """`max_pool2d` and `avg_pool2d` compute what PyTorch's do, whatever the sizes and the stride."""
    shape, kernel_size, stride = POOLINGS[case]
    x = images(*shape, seed=32)
    same(inside.call(symbol, x, kernel_size, stride), ours(x, kernel_size, stride))


@task("pooling")
@POOLS
def test_pooling_negative(inside, symbol, ours):
    """Where all numbers are negative, so are maxima and means."""
    x = images(2, 2, 6, 6, seed=33).abs().neg() - 1
    same(inside.call(symbol, x, 2), ours(x, 2))
    same(inside.call(symbol, 1e9 * x, 3, stride=2), ours(1e9 * x, 3, stride=2))
    same(inside.call(symbol, x, kernel_size=3), ours(x, 3))


@task("pooling")
@POOLS
@pytest.mark.parametrize("case", ["odd-size", "overlapping", "gaps"])
def test_pooling_gradients(inside, case, symbol, ours):
    """Gradients flow through the poolings."""
    shape, kernel_size, stride = POOLINGS[case]
    same_gradients(inside, symbol, ours, (apart(*shape, seed=34), kernel_size, stride), ("x",))


@task("pooling")
@POOLS
def test_pooling_leaves_its_arguments(inside, symbol, ours):
    """The poolings accept a tensor that is not contiguous in memory, and leave it as it was."""
    same_strided(inside, symbol, ours, (images(2, 3, 6, 4, seed=35), 2))
    same_strided(inside, symbol, ours, (images(2, 3, 7, 5, seed=35), 3, 2))


@task("pooling")
@pytest.mark.parametrize("symbol", [MAX, AVG], ids=["max", "avg"])
def test_pooling_is_elementary(inside, symbol):
    """The poolings are written from elementary operations."""
    no_layers(inside, symbol, (images(2, 2, 6, 4, seed=36), 2), (images(1, 2, 7, 5, seed=36), 3, 2))


# --- softmax ----------------------------------------------------------------------------------------------------------

DIMENSIONS = [
    ((4, 5), 1),
    ((4, 5), 0),
    ((3, 3), -1),
    ((3, 3), 0),
    ((2, 3, 4), 1),
    ((2, 3, 4, 3), -3),
    ((6,), 0),
    ((1, 8), 1),
]
FAR = {
    "large": ([[1e4, 0.0, -1e4], [1e4, 1e4 - 1, 1e4 - 3]], 9000),
    "rows-apart": ([[1e4, 9999.0, 0.0], [0.0, 1.0, 2.0]], 0),
    "very-negative": ([[-1e4, -1e4 + 2, -1e4], [-1e4, -1e4, -1e4]], -9000),
    "just-too-large": ([[100.0, 99.0, 0.0], [-100.0, -99.0, -101.0]], 150),
}
# So far out float32 has steps of 1/1024. log(sum(exp)) is rounded to them, which is right, and makes errors of 0.0005 in
# numbers that are not small beside 1: in each case there are gradients and losses of 0.1 or more.
ROUGH = {"rtol": 1e-2, "atol": 1e-2}


def far(case, seed=43):
    """The logits of the case, and two more rows near its offset: none, 1 and 2 less in a drawn order, and drawn fractions."""
    rows, offset = FAR[case]
    drawn = [
        offset - order(3, seed=seed + row) + integers(32, 3, seed=seed + row) / 64 + integers(900, seed=seed + row)
        for row in range(2)
    ]
    return torch.cat([torch.tensor(rows), torch.stack(drawn)])


@task("softmax")
@pytest.mark.parametrize(("shape", "dim"), DIMENSIONS)
def test_softmax(inside, shape, dim):
    """`softmax(logits, dim)` computes what `F.softmax` computes, along any dimension."""
    logits = 2 * images(*shape, seed=37)
    same(inside.call(SOFTMAX, logits, dim), F.softmax(logits, dim), f"softmax(logits, {dim})")
    same(inside.call(SOFTMAX, logits, dim=dim), F.softmax(logits, dim), f"softmax(logits, dim={dim})")


@task("softmax")
@pytest.mark.parametrize("case", FAR)
def test_softmax_far_out(inside, case):
    """For logits of 1e4 `softmax` is finite and right, and so is its gradient."""
    logits = far(case)
    same_gradients(inside, SOFTMAX, F.softmax, (logits, 1), ("logits",), **ROUGH)
    same(inside.call(SOFTMAX, logits.T.contiguous(), 0), F.softmax(logits, 1).T, "softmax(logits, 0)", rtol=1e-2)


@task("softmax")
@pytest.mark.parametrize(("shape", "dim"), [((4, 5), 1), ((3, 2, 4), 0)])
def test_softmax_gradients(inside, shape, dim):
    """Gradients flow through `softmax`."""
    same_gradients(inside, SOFTMAX, F.softmax, (images(*shape, seed=38), dim), ("logits",))


@task("softmax")
def test_softmax_leaves_its_arguments(inside):
    """`softmax` accepts logits that are not contiguous in memory, and leaves them as they were."""
    same_strided(inside, SOFTMAX, F.softmax, (images(3, 4, 2, seed=39), 1))


@task("softmax")
def test_softmax_is_elementary(inside):
    """`softmax` is written from elementary operations."""
    no_layers(inside, SOFTMAX, (images(3, 4, seed=40), 1), (images(3, 4, seed=40), 0))


# --- cross_entropy ----------------------------------------------------------------------------------------------------


@task("cross-entropy")
@pytest.mark.parametrize("shape", [(6, 4), (3, 3), (1, 10), (5, 2)])
def test_cross_entropy(inside, shape):
    """`cross_entropy(logits, target)` is the mean over the batch of -log softmax(logits)[target], as `F.cross_entropy`."""
    logits, target = 2 * images(*shape, seed=41), labels(shape[1], shape[0], seed=42)
    same(inside.call(ENTROPY, logits, target), F.cross_entropy(logits, target), "cross_entropy(logits, target)")


@task("cross-entropy")
@pytest.mark.parametrize("case", FAR)
def test_cross_entropy_far_out(inside, case):
    """For logits of 1e4 `cross_entropy` is finite and right, and so is its gradient: the loss of a sure error is large."""
    logits = far(case)
    # Of the drawn rows never the likeliest class: a loss of about 1 is far more than what a mean of numbers of 1e4 rounds away.
    drawn = torch.stack([row.argsort()[integers(2, seed=45 + index)] for index, row in enumerate(logits[2:])])
    for target in ([0, 0], [1, 2], [2, 1]):
        args = (logits, torch.cat([torch.tensor(target), drawn]))
        same_gradients(inside, ENTROPY, F.cross_entropy, args, ("logits",), **ROUGH)


@task("cross-entropy")
def test_cross_entropy_is_zero_when_sure_and_right(inside):
    """A sure and right answer costs next to nothing; a sure and wrong one the difference of the logits."""
    logits, sure = torch.zeros(4, 2), labels(2, 4, seed=47)
    logits[torch.arange(4), sure] = torch.tensor([1e4, 9000.0, 8000.0, 7000.0]) - integers(1000, 4, seed=48)
    right = inside.call(ENTROPY, logits, sure)
    expect(
        isinstance(right, Tensor) and right.shape == () and 0 <= float(right) < 1e-2, f"right: expected 0, got {right}"
    )
    wrong = inside.call(ENTROPY, logits, 1 - sure)
    same(wrong, logits.sum() / 4, f"the loss of four sure errors, logits {logits.int().tolist()}", rtol=1e-6, atol=0)


@task("cross-entropy")
@pytest.mark.parametrize("shape", [(4, 5), (3, 3)])
def test_cross_entropy_gradients(inside, shape):
    """Gradients flow through `cross_entropy`: (softmax - one-hot) / N."""
    args = (images(*shape, seed=43), labels(shape[1], shape[0], seed=44))
    same_gradients(inside, ENTROPY, F.cross_entropy, args, ("logits",))


@task("cross-entropy")
def test_cross_entropy_leaves_its_arguments(inside):
    """`cross_entropy` accepts arguments that are not contiguous in memory, and leaves them as they were."""
    same_strided(inside, ENTROPY, F.cross_entropy, (images(5, 4, seed=45), labels(4, 5, seed=46)))


@task("cross-entropy")
def test_cross_entropy_is_elementary(inside):
    """`cross_entropy` is written from elementary operations."""
    no_layers(inside, ENTROPY, (images(5, 4, seed=47), labels(4, 5, seed=48)))


# --- perceptron and xor -----------------------------------------------------------------------------------------------


def step_unit(x, weight, bias):
    """The expected answer, number by number, in double precision."""
    rows = weight if weight.dim() == 2 else weight[None]
    units = list(zip(rows.double(), bias.double().reshape(-1), strict=True))
    values = [[float((w * v).sum() + b > 0) for w, b in units] for v in x.double()]
    out = torch.tensor(values)
    return out if weight.dim() == 2 else out[:, 0]


@task("perceptron")
def test_perceptron_unit(inside):
    """One unit, weight (F,), gives a vector (N,) of float 0 and 1."""
    for n in (30, 1):
        x, weight, bias = in_steps(n, 4, seed=50), in_steps(4, seed=51), torch.tensor(0.3125)
        same(inside.call(PERCEPTRON, x, weight, bias), step_unit(x, weight, bias), "perceptron(x, weight, bias)")


@task("perceptron")
@pytest.mark.parametrize(
    ("n", "features", "units"), [(12, 4, 3), (3, 3, 3), (1, 2, 40), (40, 3, 1)], ids=["layer", "square", "one", "unit"]
)
def test_perceptron_layer(inside, n, features, units):
    """A layer of U units, weight (U, F), gives a matrix (N, U) of float 0 and 1."""
    # A square one answers with few bits: more of them, one after the other.
    for seed in (52, 62, 72) if n == units else (52,):
        x, weight, bias = (
            in_steps(n, features, seed=seed),
            in_steps(units, features, seed=seed + 1),
            in_steps(units, seed=seed + 2),
        )
        same(inside.call(PERCEPTRON, x, weight, bias), step_unit(x, weight, bias), "perceptron(x, weight, bias)")


@task("perceptron")
def test_perceptron_at_the_step(inside):
    """Where w.x + b is exactly 0 the unit gives 0, and next to it what the sign says."""
    x = torch.cat([torch.tensor([[1.0, 1.0], [2.0, 1.0], [1.0, 2.0], [0.0, 0.0]]), integers(4, 30, 2, seed=78) - 1.0])
    for weight, bias in (
        (torch.tensor([1.0, -1.0]), torch.tensor(0.0)),
        (torch.tensor([[1.0, 1.0], [-1.0, 0.0]]), torch.tensor([-3.0, 1.0])),
    ):
        what = f"perceptron(x, {weight.tolist()}, {bias.tolist()})"
        same(inside.call(PERCEPTRON, x, weight, bias), step_unit(x, weight, bias), what)


@task("perceptron")
def test_perceptron_leaves_its_arguments(inside):
    """`perceptron` accepts arguments that are not contiguous in memory, and leaves them as they were."""
    args = in_steps(12, 3, seed=55), in_steps(2, 3, seed=56), in_steps(2, seed=57)
    same_strided(inside, PERCEPTRON, step_unit, args)


@task("perceptron")
@pytest.mark.parametrize(
    "rows", [[[0, 1, 2, 3]], [[3, 3, 0, 2, 1, 1, 0]], [[2], [3], [1, 0]]], ids=["table", "mixed", "few"]
)
def test_xor(inside, rows):
    """`xor` is 1 where exactly one input is 1, for any batch."""
    for batch in [torch.tensor(each) for each in rows] + [integers(4, 20 + len(rows[0]), seed=79)]:
        x = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])[batch]
        got = inside.call(XOR, x)
        expect(isinstance(got, Tensor) and got.dtype != torch.bool, "xor(x): expected a tensor of the numbers 0 and 1")
        same(got.float(), (x[:, 0] != x[:, 1]).float(), f"xor({x.int().tolist()})")


@task("perceptron")
def test_step_functions_are_elementary(inside):
    """`perceptron` and `xor` are written from elementary operations."""
    x, bias = in_steps(4, 2, seed=58), in_steps(3, seed=59)
    no_layers(inside, PERCEPTRON, (x, in_steps(3, 2, seed=60), bias), (x, in_steps(2, seed=60), bias[0]))
    no_layers(inside, XOR, (torch.tensor([[0.0, 1.0], [1.0, 1.0]]),))


# --- rnn_cell ---------------------------------------------------------------------------------------------------------


def rnn(x, h, w_ih, b_ih, w_hh, b_hh):
    return torch.tanh(F.linear(x, w_ih, b_ih) + F.linear(h, w_hh, b_hh))


def rnn_arguments(n, inputs, hidden, seed=61):
    shapes = [(n, inputs), (n, hidden), (hidden, inputs), (hidden,), (hidden, hidden), (hidden,)]
    return [0.5 * images(*shape, seed=seed + index) for index, shape in enumerate(shapes)]


@task("rnn-cell")
@pytest.mark.parametrize("sizes", [(4, 3, 5), (1, 2, 3), (3, 3, 3), (2, 4, 1)])
def test_rnn_cell(inside, sizes):
    """`rnn_cell` is tanh(W_ih x + b_ih + W_hh h + b_hh) for every row of the batch."""
    args = rnn_arguments(*sizes)
    same(inside.call(RNN, *args), rnn(*args), "rnn_cell(x, h, w_ih, b_ih, w_hh, b_hh)")


@task("rnn-cell")
def test_rnn_cell_gradients(inside):
    """Gradients flow through all six arguments of `rnn_cell`."""
    names = ("x", "h", "w_ih", "b_ih", "w_hh", "b_hh")
    same_gradients(inside, RNN, rnn, rnn_arguments(4, 3, 5, seed=70), names)


@task("rnn-cell")
def test_rnn_cell_leaves_its_arguments(inside):
    """`rnn_cell` accepts arguments that are not contiguous in memory, and leaves them as they were."""
    same_strided(inside, RNN, rnn, rnn_arguments(4, 3, 5, seed=80))


@task("rnn-cell")
def test_rnn_cell_is_elementary(inside):
    """`rnn_cell` is written from elementary operations."""
    no_layers(inside, RNN, tuple(rnn_arguments(4, 3, 5, seed=90)))


# --- what is right, by name -------------------------------------------------------------------------------------------

OURS = {
    LINEAR: F.linear,
    RELU: F.relu,
    SIGMOID: torch.sigmoid,
    CONV: F.conv2d,
    MAX: F.max_pool2d,
    AVG: F.avg_pool2d,
    SOFTMAX: F.softmax,
    ENTROPY: F.cross_entropy,
    PERCEPTRON: step_unit,
    XOR: lambda x: (x[:, 0] != x[:, 1]).float(),
    RNN: rnn,
}
