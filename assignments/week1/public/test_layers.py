"""Week 1, public: the layers by hand. Every line with `inside` runs beside your code."""

import torch
from torch import Tensor

from cnngrade.judge.suite import elementary_operations, expect, is_elementary, of_type, same, task

ELEMENTARY = elementary_operations(__file__)


def check(inside, symbol, cases):
    """`cases` are (arguments, expected value): the value is right, can be differentiated, and is your own work."""
    symbol = f"layers.py:{symbol}"
    for args, expected in cases:
        got = inside.differentiate(symbol, args, {})
        same(got["value"], expected, atol=1e-3)
        expect(got["gradients"] is not None, "the result cannot be differentiated: to autograd it is a constant")
        for gradient in of_type(got["gradients"], list):
            of_type(gradient, Tensor, "a gradient")
    elementary(inside, symbol, *(args for args, _ in cases))


def elementary(inside, symbol, *cases):
    used = of_type(inside.layers_used(symbol, *cases)["used"], list)
    is_elementary(inside, symbol, ELEMENTARY)
    expect(not used, f"write it from elementary operations; it relies on PyTorch's own: {used}")


@task("linear")
def test_linear_public(inside):
    """`linear` is x W^T + b."""
    x, weight = torch.tensor([[1.0, 2.0], [3.0, -1.0]]), torch.tensor([[1.0, 0.0], [2.0, -1.0], [0.0, 3.0]])
    with_bias = torch.tensor([[1.5, -1.0, 6.0], [3.5, 6.0, -3.0]])
    without = torch.tensor([[1.0, 0.0, 6.0], [3.0, 7.0, -3.0]])
    check(inside, "linear", [((x, weight, torch.tensor([0.5, -1.0, 0.0])), with_bias), ((x, weight), without)])


@task("activations")
def test_activations_public(inside):
    """`relu` keeps what is positive; `sigmoid` is 1 / (1 + exp(-x))."""
    x = torch.tensor([-2.0, -0.5, 0.5, 3.0])
    check(inside, "relu", [((x,), torch.tensor([0.0, 0.0, 0.5, 3.0]))])
    check(inside, "sigmoid", [((x,), torch.tensor([0.11920, 0.37754, 0.62246, 0.95257]))])


@task("conv2d")
def test_conv2d_public(inside):
    """`conv2d` of the image 1 2 ... 20 with the kernel 1 0 -1 / 2 0 -2, plain, with stride 2 and padding 1, with channels."""
    x = torch.arange(1.0, 21.0).reshape(1, 1, 4, 5)
    weight, bias = torch.tensor([[[[1.0, 0.0, -1.0], [2.0, 0.0, -2.0]]]]), torch.tensor([10.0])
    strided = torch.tensor([[[[6.0, 6.0, 18.0], [-21.0, 4.0, 47.0], [-7.0, 8.0, 29.0]]]])
    cases = [((x, weight, bias), torch.full((1, 1, 3, 3), 4.0)), ((x, weight, bias, 2, 1), strided)]
    cases.append(((x.repeat(2, 3, 1, 1), weight.repeat(2, 3, 1, 1)), torch.full((2, 2, 3, 3), -18.0)))
    check(inside, "conv2d", cases)


POOLED = torch.tensor([[[[1.0, -2.0, 3.0, 0.0, 5.0], [4.0, 2.0, -6.0, 7.0, 1.0], [-1.0, -3.0, -2.0, -5.0, 9.0]]]])


@task("pooling")
def test_pooling_public(inside):
    """`max_pool2d` and `avg_pool2d` with windows of 2x2, side by side and one apart."""
    one_apart = torch.tensor([[[[4.0, 3.0, 7.0, 7.0], [4.0, 2.0, 7.0, 9.0]]]])
    check(inside, "max_pool2d", [((POOLED, 2), torch.tensor([[[[4.0, 7.0]]]])), ((POOLED, 2, 1), one_apart)])
    one_apart = torch.tensor([[[[1.25, -0.75, 1.0, 3.25], [0.5, -2.25, -1.5, 3.0]]]])
    check(inside, "avg_pool2d", [((POOLED, 2), torch.tensor([[[[1.25, 1.0]]]])), ((POOLED, 2, 1), one_apart)])


LOGITS = torch.tensor([[1.0, 2.0, 3.0], [0.0, 0.0, 2.0]])
FAR = torch.tensor([[1e4, 0.0, 1e4]])


@task("softmax")
def test_softmax_public(inside):
    """`softmax` along either dimension, and for logits of 10,000."""
    rows = torch.tensor([[0.09003, 0.24473, 0.66524], [0.10651, 0.10651, 0.78699]])
    columns = torch.tensor([[0.73106, 0.88080, 0.73106], [0.26894, 0.11920, 0.26894]])
    check(inside, "softmax", [((LOGITS, 1), rows), ((LOGITS, 0), columns), ((FAR, 1), torch.tensor([[0.5, 0.0, 0.5]]))])


@task("cross-entropy")
def test_cross_entropy_public(inside):
    """`cross_entropy` is the mean of -log softmax(logits)[target], and 10,000 for a sure error."""
    far = torch.tensor([[1e4, 0.0, 0.0]])
    cases = [((LOGITS, torch.tensor([2, 0])), torch.tensor(1.32358)), ((far, torch.tensor([1])), torch.tensor(1e4))]
    check(inside, "cross_entropy", cases)


@task("perceptron")
def test_perceptron_public(inside):
    """A perceptron fires above 0; two layers of them make XOR."""
    x = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    unit = inside.call("layers.py:perceptron", x, torch.tensor([2.0, 1.0]), torch.tensor(-1.0))
    same(unit, torch.tensor([0.0, 0.0, 1.0, 1.0]), "perceptron with weight (2, 1) and bias -1")
    layer = inside.call("layers.py:perceptron", x, torch.tensor([[2.0, 1.0], [-1.0, 0.0]]), torch.tensor([-1.0, 0.5]))
    same(layer, torch.tensor([[0.0, 1.0], [0.0, 1.0], [1.0, 0.0], [1.0, 0.0]]), "a layer of two perceptrons")
    got = inside.call("layers.py:xor", x)
    expect(isinstance(got, Tensor) and got.dtype != torch.bool, "xor(x): expected a tensor of the numbers 0 and 1")
    same(got.float(), torch.tensor([0.0, 1.0, 1.0, 0.0]), "xor of 00, 01, 10, 11")
    elementary(inside, "layers.py:xor", (x,))


@task("rnn-cell")
def test_rnn_cell_public(inside):
    """`rnn_cell` is tanh(W_ih x + b_ih + W_hh h + b_hh)."""
    x, h = torch.tensor([[1.0, -1.0]]), torch.tensor([[0.5, 0.0, -0.5]])
    w_ih, b_ih = torch.tensor([[0.1, 0.2], [0.3, -0.4], [0.0, 0.5]]), torch.tensor([0.1, 0.2, 0.3])
    w_hh = torch.tensor([[1.0, 0.0, 0.0], [0.5, 0.5, 0.0], [0.0, -1.0, 2.0]])
    b_hh = torch.tensor([0.0, 0.1, 0.0])
    check(inside, "rnn_cell", [((x, h, w_ih, b_ih, w_hh, b_hh), torch.tensor([[0.46212, 0.84828, -0.83365]]))])
