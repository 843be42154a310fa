from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from cnngrade.sandbox.inside import nets, probes, training, worker
from cnngrade.sandbox.inside.errors import Unfit
from tests.support.week2_course import REPOSITORY

X = torch.randn(4, 1, 12, 12, generator=torch.Generator().manual_seed(1))


def sees(*nets_: Any, **more: Any) -> Any:
    """A submission whose `m.py` has the given classes."""
    found = {cls.__name__: cls for cls in nets_} | more
    return lambda symbol: found[symbol.partition(":")[2]]


def outcome(make: Callable[[], nn.Module], training: bool = False) -> dict[str, Any]:
    torch.manual_seed(0)
    return probes.forward(sees(Net=make), "m.py:Net", X, training=training)


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(0)


# --- one small CNN, written in many ways: conv 3x3 (8), pool, conv 5x5 (16) over a 5x5 map, linear 16 -> 10 -------------


def sequential() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 8, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 5), nn.ReLU(), nn.Flatten(), nn.Linear(16, 10),
    )  # fmt: skip


def lazy() -> nn.Module:
    return nn.Sequential(
        nn.LazyConv2d(8, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.LazyLinear(16), nn.ReLU(), nn.LazyLinear(10)
    )


class Explicit(nn.Module):
    """Other names, registered backwards, with things that play no part."""

    def __init__(self) -> None:
        super().__init__()
        self.head = nn.Linear(16, 10)
        self.second = nn.Linear(200, 16)  # the 5x5 convolution over a 5x5 map, as a linear layer
        self.first = nn.Conv2d(1, 8, kernel_size=(3, 3))
        self.register_buffer("steps", torch.zeros((), dtype=torch.int64))
        self.register_buffer("table", torch.zeros(7, 7), persistent=False)
        self.register_buffer("nothing", None)

    def forward(self, x: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu(self.first(x)), 2)
        return self.head(F.relu(self.second(x.flatten(1))))


class ByHand(nn.Module):
    """Bare parameters, and a convolution for a head."""

    def __init__(self) -> None:
        super().__init__()
        self.b3, self.w3 = nn.Parameter(torch.zeros(10)), nn.Parameter(torch.randn(10, 16, 1, 1))
        self.w1, self.b1 = nn.Parameter(torch.randn(8, 1, 3, 3)), nn.Parameter(torch.rand(8))
        self.layers = nn.ModuleDict({"conv": nn.Conv2d(8, 16, 5)})

    def forward(self, x: Tensor) -> Tensor:
        x = F.max_pool2d(torch.relu(F.conv2d(x, self.w1, self.b1)), 2)
        x = self.layers["conv"](x).relu()
        return F.conv2d(x, self.w3, self.b3)[:, :, 0, 0]


@pytest.mark.parametrize("make", [lazy, Explicit, ByHand])
@pytest.mark.parametrize("training", [True, False])
def test_however_a_net_is_written_it_computes_the_same(make: Callable[[], nn.Module], training: bool) -> None:
    """Filled by shape, unlike implementations of one net give equal outputs and input gradients in both modes."""
    expected, got = outcome(sequential, training), outcome(make, training)
    assert expected["output"].std() > 0.05
    torch.testing.assert_close(got["output"], expected["output"])
    torch.testing.assert_close(got["input_gradient"], expected["input_gradient"])
    assert got["without_gradient"] == expected["without_gradient"] == 0


def test_another_net_computes_something_else() -> None:
    """Filling does not make unlike nets equal: another activation or pooling is seen."""
    expected = outcome(sequential)["output"]
    for at, other in [(1, nn.Tanh()), (2, nn.AvgPool2d(2)), (4, nn.Identity())]:
        net = sequential()
        net[at] = other  # type: ignore[index]
        assert not torch.allclose(outcome(lambda net=net: net)["output"], expected, rtol=1e-2)


def test_filling_does_not_depend_on_what_was_there() -> None:
    """Random state, initial values and the order of filling leave no trace."""
    torch.manual_seed(5)
    one = outcome(sequential)["output"]
    ones = sequential()
    for parameter in ones.parameters():
        if parameter.dim() > 1:
            nn.init.ones_(parameter)
    assert torch.equal(one, outcome(lambda: ones)["output"])


# --- batch norms ------------------------------------------------------------------------------------------------------


class OwnNorm(nn.Module):
    """A batch norm as the course asks for it, written out."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.shift, self.scale = nn.Parameter(torch.zeros(channels)), nn.Parameter(torch.ones(channels))
        self.register_buffer("moving_mean", torch.zeros(channels))
        self.register_buffer("moving_variance", torch.ones(channels))

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False)
            with torch.no_grad():
                count = x.numel() / x.shape[1]
                self.moving_mean.lerp_(mean, 0.1)
                self.moving_variance.lerp_(var * count / (count - 1), 0.1)
        else:
            mean, var = self.moving_mean, self.moving_variance
        mean, var, scale, shift = (t.reshape(1, -1, 1, 1) for t in (mean, var, self.scale, self.shift))
        return (x - mean) / torch.sqrt(var + 1e-5) * scale + shift


class FunctionalNorm(nn.Module):
    """Convolution and batch norm in one module, by way of F.batch_norm; and a module with children of its own."""

    def __init__(self, conv: nn.Module, channels: int) -> None:
        super().__init__()
        self.conv = conv
        self.weight, self.bias = nn.Parameter(torch.ones(channels)), nn.Parameter(torch.zeros(channels))
        self.register_buffer("running_mean", torch.zeros(channels))
        self.register_buffer("running_var", torch.ones(channels))

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv(x)
        return F.batch_norm(
            y, self.running_mean, self.running_var, self.weight, self.bias, self.training, momentum=0.1, eps=1e-5
        )


class KeywordNorm(FunctionalNorm):
    def forward(self, x: Tensor) -> Tensor:
        return F.batch_norm(
            input=self.conv(x), running_mean=self.running_mean, running_var=self.running_var, weight=self.weight,
            bias=self.bias, training=self.training,
        )  # fmt: skip


def normalised(kind: str, bias: bool) -> nn.Module:
    """Two convolutions with batch norms, and a 1x1 convolution with a bias for a head."""
    convs = [nn.Conv2d(1, 6, 3, bias=bias), nn.Conv2d(6, 6, 3, padding=1, bias=bias)]
    match kind:
        case "functional" | "keywords":
            norm = FunctionalNorm if kind == "functional" else KeywordNorm
            layers = [norm(convs[0], 6), nn.ReLU(), norm(convs[1], 6)]
        case "own":
            layers = [convs[0], OwnNorm(6), nn.ReLU(), convs[1], OwnNorm(6)]
        case "lazy":
            lazies = [nn.LazyConv2d(6, 3, bias=bias), nn.LazyConv2d(6, 3, padding=1, bias=bias)]
            layers = [lazies[0], nn.LazyBatchNorm2d(), nn.ReLU(), lazies[1], nn.LazyBatchNorm2d()]
        case _:
            layers = [convs[0], nn.BatchNorm2d(6), nn.ReLU(), convs[1], nn.Identity(), nn.BatchNorm2d(6)]
    return nn.Sequential(*layers, nn.ReLU(), nn.Conv2d(6, 10, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten())


NORMALISED = [*itertools.product(["module", "own", "functional", "keywords", "lazy"], [True, False])]


@pytest.mark.parametrize(("kind", "bias"), NORMALISED)
@pytest.mark.parametrize("training", [True, False])
def test_a_bias_before_a_batch_norm_makes_no_difference(kind: str, bias: bool, training: bool) -> None:
    """With or without it, with PyTorch's batch norm, a functional or a hand-written one, outputs and gradients agree."""
    expected, got = (
        outcome(lambda: normalised("module", False), training),
        outcome(lambda: normalised(kind, bias), training),
    )
    torch.testing.assert_close(got["output"], expected["output"], rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(got["input_gradient"], expected["input_gradient"], rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("kind", ["module", "own", "functional", "keywords", "lazy"])
def test_free_biases_are_those_before_a_batch_norm(kind: str) -> None:
    """The two convolutions in front of batch norms have a free bias; the 1x1 convolution at the end needs its own."""
    net = normalised(kind, bias=True)
    net(X)  # lazy modules get their sizes
    free = nets.free_biases(net, X)
    convolutions = [module for module in net.modules() if isinstance(module, nn.modules.conv._ConvNd)]
    assert free == set(convolutions[:2])
    assert nets.sizes(net, free) == nets.sizes(normalised("module", bias=False), set())


class Switchable(nn.Module):
    """A convolution and, if asked, a batch norm that no module shows; counts its forward passes."""

    passes = 0

    def __init__(self, norm: bool = True, adds: bool = False) -> None:
        super().__init__()
        self.conv, self.norm, self.adds = nn.Conv2d(1, 6, 3), norm, adds

    def forward(self, x: Tensor) -> Tensor:
        Switchable.passes += 1
        if self.adds and not hasattr(self, "head"):
            self.head = nn.Conv2d(6, 6, 1)
        y = self.conv(x)
        y = F.batch_norm(y, None, None, training=True) if self.norm else y
        return self.head(y) if self.adds else y  # type: ignore[no-any-return]


def test_of_nets_made_alike_only_the_first_is_watched() -> None:
    """A second net of the same arguments has the first one's free biases without a forward pass; other arguments have not."""
    nets._watched.clear()
    Switchable.passes = 0
    watched = 0
    for norm, first in ((True, True), (True, False), (False, True), (False, False)):
        net = Switchable(norm)
        free = nets.free_biases_of_its_kind(net, "m.py:Switchable", {"norm": norm}, X)
        watched += first
        assert Switchable.passes == watched
        assert free == ({net.conv} if norm else set())


def test_a_net_that_a_forward_pass_adds_to_is_always_watched() -> None:
    """What is made in the first forward pass is there, and filled, in each net of the kind, not in the first alone."""
    made = sees(Switchable=Switchable)
    for _ in range(2):
        net = probes.build(made, "m.py:Switchable", {"adds": True}, X)
        assert torch.equal(net.head.weight, nets.fill(nn.Conv2d(6, 6, 1)).weight)  # type: ignore[union-attr, arg-type]


def test_a_bias_that_an_activation_sees_is_not_free() -> None:
    """Convolution, ReLU, batch norm: there the bias matters, and none is free; nor is one in a net without norms."""
    net = nn.Sequential(nn.Conv2d(1, 6, 3), nn.ReLU(), nn.BatchNorm2d(6), nn.Flatten(), nn.Linear(600, 10))
    assert nets.free_biases(net, X) == set()
    assert nets.free_biases(sequential(), X) == set()


def test_looking_leaves_the_net_as_it_was() -> None:
    """Modes, hooks, parameters and running statistics are the same after a net has been looked at."""
    net = normalised("module", bias=True).train()
    net[4].eval()  # type: ignore[index]
    before = {name: value.clone() for name, value in net.state_dict().items()}
    modes = [module.training for module in net.modules()]
    nets.free_biases(net, X)
    nets.take_out(net, X)
    assert [module.training for module in net.modules()] == modes
    assert all(torch.equal(before[name], value) for name, value in net.state_dict().items())
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in net.modules())


def test_hooks_are_removed_when_a_forward_pass_fails() -> None:
    """A net that raises is left without our hooks."""
    net = sequential()
    with pytest.raises(RuntimeError):
        nets.free_biases(net, torch.zeros(1, 3, 3))
    with pytest.raises(RuntimeError):
        nets.take_out(net, torch.zeros(1, 3, 3))
    assert not any(module._forward_hooks for module in net.modules())


# --- large nets -------------------------------------------------------------------------------------------------------

LARGE = (1100, 1000)  # more numbers than a block has


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_large_weights_are_filled_by_shape(layout: torch.memory_format) -> None:
    """A convolution gets the numbers of the linear layer that computes the same, of the right scale, wherever it keeps them."""
    linear, convolution = nn.Linear(LARGE[1], LARGE[0]), nn.Conv2d(40, LARGE[0], 5).to(memory_format=layout)  # type: ignore[call-overload]
    nets.fill(linear)
    nets.fill(convolution)
    assert torch.equal(linear.weight, convolution.weight.reshape(LARGE))
    assert math.isclose(float(linear.weight.detach().std()), math.sqrt(2 / LARGE[1]), rel_tol=0.01)


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_wires_are_the_same_wherever_a_weight_keeps_them(layout: torch.memory_format) -> None:
    """Week 3's net of plain wires copies the middle of each input channel, also of a net in channels-last memory."""
    source = (REPOSITORY / "assignments" / "week3" / "probes.py").read_text("utf-8")
    net = nn.Conv2d(2, 3, 3, padding=1).to(memory_format=layout)  # type: ignore[call-overload]
    x = torch.arange(36.0).reshape(1, 2, 3, 6)
    found = worker._week_probes(source).wired(sees(Net=lambda: net), "m.py:Net", x, [[18, 9]], {})
    assert torch.equal(found["eval"], x[:, [0, 1, 0]] + 1)


def test_wires_leave_no_part_of_a_layer_unseen() -> None:
    """Where week 3's net of wires has fewer outputs than units in front of them, the units that are read are spread evenly."""
    source = (REPOSITORY / "assignments" / "week3" / "probes.py").read_text("utf-8")
    weight = torch.empty(5, 16)
    worker._week_probes(source)._wire(weight, {}, 2.0)
    assert weight.nonzero()[:, 1].tolist() == [0, 3, 6, 9, 12]


def test_no_two_rows_of_a_large_weight_are_equal() -> None:
    """A block of numbers that repeats makes no two units of a layer alike, also where rows are as long as powers of two."""
    weight = nets.fill(nn.Linear(4096, 1024, bias=False)).weight
    assert isinstance(weight, Tensor)
    assert len(torch.unique(weight[:, :8], dim=0)) == len(weight)


def test_nets_quickly_made_start_as_they_should_where_it_counts() -> None:
    """Small weights, zeros and ones are what the constructor makes them; large random weights are random, and trainable."""

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.small, self.large = nn.Linear(3, 5), nn.Linear(*LARGE)
            self.normal, self.ones = nn.Parameter(torch.empty(LARGE)), nn.Parameter(torch.empty(LARGE))
            nn.init.xavier_normal_(self.normal)
            nn.init.ones_(self.ones)

    torch.manual_seed(1)
    expected = nn.Linear(3, 5)
    torch.manual_seed(1)
    with nets.quick_to_make():
        net = Net()
    assert torch.equal(net.small.weight, expected.weight)
    assert bool((net.ones == 1).all())
    for weight in (net.large.weight, net.normal):
        assert weight.requires_grad
        assert weight.is_leaf
        assert 0 < float(weight.detach().std()) < 0.1


# --- sizes ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((120, 16, 5, 5), (120, 400)),
        ((120, 400), (120, 400)),
        ((10,), (10,)),
        ((1, 10, 1, 1), (10,)),
        ((10, 1), (10,)),
        ((1,), ()),
        ((), ()),
        ((6, 1, 5, 5), (6, 25)),
    ],
)
def test_canonical_shapes(shape: tuple[int, ...], expected: tuple[int, ...]) -> None:
    """A shape is rows and the rest, whatever sizes of one are in between."""
    assert nets.canonical(shape) == expected


def test_structure_counts_what_is_trained() -> None:
    """Frozen parameters do not count, shared modules count once, and the sizes come sorted."""
    net = nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 2))
    net.append(net[1])
    net[2].bias.requires_grad_(False)  # type: ignore[union-attr]
    found = probes.structure(sees(Net=lambda: net), "m.py:Net", torch.zeros(2, 4))
    lengths = found.pop("lengths")
    assert found == {"parameters": 20 + 8, "sizes": [(2, 4), (4,), (4, 4)]}
    assert lengths.shape == (3,)


# --- trained parameters move ------------------------------------------------------------------------------------------


def train(net: nn.Module, steps: int = 8) -> nn.Module:
    """A few steps, so that no two parameters are alike; a lazy net gets its sizes first."""
    net(X)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
    data = torch.Generator().manual_seed(3)
    for _ in range(steps):
        x, y = torch.randn(16, 1, 12, 12, generator=data), torch.randint(10, (16,), generator=data)
        optimizer.zero_grad()
        F.cross_entropy(net.train()(x), y).backward()
        optimizer.step()
    return net.eval()


@pytest.mark.parametrize("source", [sequential, lazy, Explicit])
@pytest.mark.parametrize("target", [sequential, lazy, Explicit])
def test_trained_parameters_move_between_implementations(
    source: Callable[[], nn.Module], target: Callable[[], nn.Module]
) -> None:
    """What one implementation learned, another computes with, to rounding."""
    trained = train(source())
    moved = nets.put_back(target(), nets.take_out(trained, X), X).eval()
    torch.testing.assert_close(moved(X), trained(X), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(("kind", "bias"), NORMALISED)
@pytest.mark.parametrize("target_bias", [True, False])
def test_trained_batch_norms_move_between_implementations(kind: str, bias: bool, target_bias: bool) -> None:
    """So it is with batch norms, of any making, and with a bias in front of them on either side or both."""
    source = normalised(kind, bias)
    source(X)
    for module in source.modules():
        if isinstance(module, nn.Conv2d) and module.bias is not None:
            nn.init.normal_(module.bias)  # far from zero, as a default would not be
    trained = train(source)
    moved = nets.put_back(normalised("module", target_bias), nets.take_out(trained, X), X).eval()
    torch.testing.assert_close(moved(X), trained(X), rtol=1e-3, atol=1e-4)


def test_what_is_taken_out_is_a_copy() -> None:
    """Training on does not change what was taken out."""
    net = train(sequential())
    taken = nets.take_out(net, X)
    before = [item["tensor"].clone() for item in taken]
    train(net)
    assert all(torch.equal(one, item["tensor"]) for one, item in zip(before, taken, strict=True))


@pytest.mark.parametrize(
    ("net", "message"),
    [
        (nn.Sequential(nn.Flatten(), nn.Linear(144, 10)), r"has no weight of shape \(8, 1, 3, 3\)"),
        (nn.Sequential(nn.Conv2d(1, 8, 3, bias=False), *sequential()[1:]), r"has no bias of shape \(8,\)"),
        (nn.Sequential(*sequential(), nn.Linear(10, 10)), r"has a weight of shape \(10, 10\) too many"),
        (nn.Sequential(*sequential()[:2], nn.BatchNorm2d(8), *sequential()[2:]), "has a scale of shape .8,. too many"),
    ],
    ids=["another net", "a bias too few", "a layer too many", "a batch norm too many"],
)
def test_parameters_that_do_not_fit_are_refused(net: nn.Module, message: str) -> None:
    """A trained net of another shape is refused, and the message names what is missing or too much."""
    with pytest.raises(Unfit, match=message):
        nets.put_back(sequential(), nets.take_out(net, X), X)


def test_a_net_without_its_batch_norms_does_not_fit_one_with_them() -> None:
    """Running statistics that were never trained are missing, not made up."""
    plain = nn.Sequential(*[layer for layer in normalised("module", True) if not isinstance(layer, nn.BatchNorm2d)])
    with pytest.raises(Unfit, match="has no scale"):
        nets.put_back(normalised("module", True), nets.take_out(plain, X), X)


# --- probes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(), (1,), (5,), (3, 4), (2, 3, 4, 5), (2, 1, 4, 4), (0, 3)], ids=str)
def test_strided_tensors_are_equal_and_scattered(shape: tuple[int, ...]) -> None:
    """The values are the same; the memory is in another order, or has gaps, wherever there is anything to reorder."""
    x = torch.randn(shape)
    y = probes.strided(x)
    assert torch.equal(x, y)
    if max(shape, default=0) > 1 and x.numel():
        assert not y.is_contiguous()


def test_images_are_normalised_per_channel() -> None:
    """uint8 (N, H, W, C) and (N, H, W) become float32 (N, C, H, W), scaled, less the mean, by the deviation."""
    colour = torch.tensor([0, 51, 255], dtype=torch.uint8).expand(2, 4, 5, 3)
    got = training.normalized(colour, [0.0, 0.1, 0.5], [1.0, 0.5, 0.25])
    assert got.shape == (2, 3, 4, 5)
    torch.testing.assert_close(got[1, :, 3, 4], torch.tensor([0.0, 0.2, 2.0]))
    grey = training.normalized(torch.full((2, 4, 5), 255, dtype=torch.uint8), 0.5, 0.5)
    assert torch.equal(grey, torch.ones(2, 1, 4, 5))


def test_answers_come_from_the_moved_parameters() -> None:
    """Classes of held-back images, computed by our own net with the student's parameters."""
    trained = train(Explicit())
    images = torch.randint(0, 256, (30, 12, 12), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))

    class Ours:
        device = "cpu"

        def __call__(self, symbol: str) -> Any:
            return sequential

    got = probes.answers(Ours(), "m.py:Net", nets.take_out(trained, X), images, 0.5, 0.25)  # type: ignore[arg-type]
    assert torch.equal(got, trained(training.normalized(images, 0.5, 0.25)).argmax(1))
    assert len(got.unique()) > 1


def test_something_that_is_no_module_is_unfit() -> None:
    """A constructor that gives no nn.Module is named with what it gave."""
    with pytest.raises(Unfit, match=r"Net\(\.\.\.\) is no nn.Module but a int"):
        probes.build(sees(Net=lambda: 3), "m.py:Net", {}, X)


class Stateful(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.fc, self.calls = nn.Linear(144, 3), 0

    def forward(self, x: Tensor) -> Tensor:
        self.calls += 1
        return self.fc(x.flatten(1)) * (1 if self.calls < 4 else 2)


def test_a_net_that_remembers_its_calls_is_seen() -> None:
    """With more calls before the one that counts, a net that keeps something gives another output."""
    one, many = (probes.forward(sees(Stateful), "m.py:Stateful", X, calls=calls)["output"] for calls in (1, 5))
    assert not torch.allclose(one, many)


def test_forward_passes_do_not_need_a_tensor_for_an_answer() -> None:
    """A net that returns a tuple, integers, or nothing differentiable is answered with what it returned."""

    class Pair(Stateful):
        def forward(self, x: Tensor) -> Any:
            return (super().forward(x), 1)

    class Detached(Stateful):
        def forward(self, x: Tensor) -> Tensor:
            return super().forward(x).detach()

    assert isinstance(probes.forward(sees(Pair), "m.py:Pair", X)["output"], tuple)
    found = probes.forward(sees(Detached), "m.py:Detached", X)
    assert (found["input_gradient"], found["without_gradient"]) == (None, 2)


def test_running_statistics_are_seen_in_eval_mode() -> None:
    """A norm that does not update its statistics in training differs from one that does."""
    frozen = nn.Sequential(nn.Conv2d(1, 6, 3), nn.BatchNorm2d(6, momentum=0.0))
    moving = nn.Sequential(nn.Conv2d(1, 6, 3), nn.BatchNorm2d(6))
    one, two = (probes.eval_after_training(sees(Net=lambda n=net: n), "m.py:Net", X) for net in (frozen, moving))
    assert not torch.allclose(one, two, rtol=1e-2)


def test_signatures_are_names() -> None:
    """Of a function, or of a class's constructor without self."""

    def f(a: int, *, b: int = 1) -> None: ...

    submission = sees(Explicit, OwnNorm, f=f)
    assert probes.signature(submission, "m.py:f") == ["a", "b"]
    assert probes.signature(submission, "m.py:OwnNorm") == ["channels"]
