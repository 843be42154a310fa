"""Week 3, hidden: AlexNet, VGG-11, NiN and their blocks.

Names inside a net are the student's own. In eval mode weights are seeded by shape and outputs compared with the reference's.
In train mode dropout is judged by what it must do whatever is dropped: with weights that pass one unit on, times a number,
and biases that are all one number, a constant image makes every output one of three numbers, according to what was dropped
on its way. How bright the image is, both numbers and the net's size are drawn, so that the three have to be computed.
"""

import math

import pytest
import torch

from cnngrade.judge.suite import (
    expect,
    images,
    of_type,
    off_kinks,
    rng,
    same,
    same_gradient,
    same_lengths,
    same_net,
    show,
    task,
    tensor,
)

ALEXNET, VGG11, NIN = "models.py:AlexNet", "models.py:VGG11", "models.py:NiN"
VGG_BLOCK, NIN_BLOCK, POOL = "models.py:vgg_block", "models.py:nin_block", "models.py:global_average_pool"

# Columns of a weight (numbers that one output reads) and taps of its kernel, of all layers behind the first.
ALEXNET_KERNELS = [[96 * 25, 25], [256 * 9, 9], [384 * 9, 9], [256 * 25, 25]]
VGG_KERNELS = [[64 * 9, 9], [128 * 9, 9], [256 * 9, 9], [512 * 9, 9], [512 * 49, 49]]
NIN_KERNELS = ALEXNET_KERNELS[:3]


def loud(*shape, seed):
    """Images of which the last is 20 times as bright: what cuts off or normalises large values shows there."""
    x = images(*shape, seed=seed)
    x[-1] *= 20
    return x


def same_large_net(inside, reference, symbol, x, arguments=None):
    """The student's net and ours have the same parameters and, with equal weights, equal outputs and input gradients."""

    def compare(x):
        question = (symbol, x, arguments or {})
        got, expected = inside.examined(*question), reference.examined(*question)
        same(got["parameters"], expected["parameters"], "the number of trainable parameters")
        same(got["sizes"], expected["sizes"], "the parameters' sizes (rows, the rest), sorted")
        if "alone" in expected:
            same(got["alone"], expected["alone"], "the output for a batch of one image")
        same(got["output"], expected["output"], "the output")
        same_gradient(got["input_gradient"], expected["input_gradient"])
        same(got["without_gradient"], 0, "the number of parameters that get no gradient")

    off_kinks(x, compare)


class Wires:
    """What is drawn for a net of plain wires, each of which multiplies by `weight` and adds `bias`."""

    def __init__(self, inside, symbol, first_kernel, kernels, classes, seed):
        drawn = rng(seed)
        self.in_channels, self.classes = drawn.randint(2, 4), drawn.randint(*classes)
        self.weight, self.bias = drawn.uniform(0.85, 1.15), drawn.uniform(0.6, 1.6)
        self.brightness = torch.tensor([drawn.uniform(0.5, 2), drawn.uniform(0.5, 2)])
        takes_both_arguments(inside, symbol)
        x = self.brightness[:, None, None, None].expand(2, self.in_channels, 224, 224).contiguous()
        kernels = [[self.in_channels * first_kernel, first_kernel], *kernels]
        sizes = [self.in_channels, self.classes]
        self.got = inside.wired(symbol, x, kernels, sizes, weight=self.weight, bias=self.bias)

    def behind(self, layers, x):
        """What has become of `x` behind that many layers."""
        for _ in range(layers):
            x = self.weight * x + self.bias
        return x

    def outputs(self):
        """In train mode: of both images, and of the first one again."""
        shapes = [(self.got["first"], 2), (self.got["second"], 1)]
        return [tensor(value, (count, self.classes), "the output in train mode").double() for value, count in shapes]

    def same_parameters(self, expected):
        """The net has as many parameters as the drawn sizes make, which `expected` computes."""
        what = f"the number of trainable parameters with in_channels={self.in_channels}, num_classes={self.classes}"
        same(self.got["parameters"], expected(self.in_channels, self.classes), what)

    def same_without_dropout(self, layers):
        """In eval mode, after calls in train mode, nothing is dropped."""
        expected = self.behind(layers, self.brightness[:1, None]).expand(1, self.classes).contiguous()
        same(self.got["eval"], expected, "the output in eval mode, after calls in train mode")


def takes_both_arguments(inside, symbol):
    """The constructor's first two arguments are in_channels and num_classes, in this order, if it names them."""
    names = of_type(inside.signature(symbol), list)
    wanted = ["in_channels", "num_classes"]
    if all(name in names for name in wanted):
        same(names[:2], wanted, "the constructor's first two arguments")


def about(count, total, chance, what):
    """A count of independent events is within 7 standard deviations of its mean: a correct one misses with 1e-11."""
    mean, deviation = total * chance, math.sqrt(total * chance * (1 - chance))
    expect(
        abs(count - mean) < 7 * deviation + 1,
        f"{what}: {count} of {total}, where a dropout of 0.5 makes about {mean:.0f}",
    )


def one_of(outputs, values, what):
    """For each of `outputs` the place of its value among `values`; raises `Wrong` when one is none of them."""
    wanted = torch.tensor(values).double()
    nearest = (outputs[..., None] - wanted).abs().argmin(dim=-1)
    fits = torch.isclose(outputs, wanted[nearest], rtol=1e-3, atol=1e-4)
    found = [show(float(value)) for value in torch.unique(outputs)[:8]]
    expect(bool(fits.all()), f"{what} can be {', '.join(map(show, values))}; it is {', '.join(found)}")
    return nearest


def fates(wires, possible, unit):
    """What was dropped on the way to each output, as the place of its value among the `possible` ones of its image.

    No two of the three images share it: what is dropped is drawn for each image, and anew in each call.
    """
    first, second = wires.outputs()
    says = f"in train mode, where every layer multiplies by {wires.weight:.4g} and adds {wires.bias:.4g}, an output"
    brightness = wires.brightness.double().tolist()
    images_of_both = [(first[0], brightness[0]), (first[1], brightness[1]), (second[0], brightness[0])]
    found = [one_of(row, possible(bright), says) for row, bright in images_of_both]
    expect(not torch.equal(found[0], found[1]), f"the two images of a batch lose the same {unit}")
    expect(not torch.equal(found[0], found[2]), f"two calls in train mode lose the same {unit}: nothing is random")
    return torch.stack(found)


def drops_hidden_units(inside, symbol, first_kernel, kernels, convolutions, parameters, seed):
    """Both hidden layers of 4096 are dropped out, each unit by itself, and nothing else is.

    With h in the first hidden layer, a unit that neither dropout drops has 2 h there and twice as much as follows from that
    in the second hidden layer.
    """
    wires = Wires(inside, symbol, first_kernel, kernels, (950, 1050), seed)
    wires.same_parameters(parameters)

    def possible(brightness):
        h = wires.behind(convolutions + 1, brightness)
        return [wires.behind(1, unit) for unit in (0.0, 2 * wires.behind(1, 0.0), 2 * wires.behind(1, 2 * h))]

    fate = fates(wires, possible, "units")
    for place, chance, which in [
        (0, 0.5, "units dropped in the second hidden layer"),
        (1, 0.25, "units dropped in the first hidden layer only"),
        (2, 0.25, "units kept in both hidden layers"),
    ]:
        about(int((fate == place).sum()), fate.numel(), chance, which)
    wires.same_without_dropout(convolutions + 3)
    each = 4 * wires.weight ** (convolutions + 3)
    what = f"the sum of the input gradient in train mode, {each:.4g} for each unit kept twice"
    same(wires.got["gradient"], each * int((fate[2] == 2).sum()), what)


@task("alexnet")
def test_alexnet_eval(inside, reference):
    """In eval mode `AlexNet()` computes its five convolutions, three poolings and three linear layers."""
    same_large_net(inside, reference, ALEXNET, loud(2, 1, 224, 224, seed=1))


@task("alexnet")
def test_alexnet_dropout(inside):
    """`AlexNet(in_channels, num_classes)` in train mode drops out (0.5) units of both hidden linear layers, nothing else."""

    def parameters(in_channels, classes):
        return 96 * 121 * in_channels + 4097 * classes + 46_712_160

    drops_hidden_units(inside, ALEXNET, 121, ALEXNET_KERNELS, 5, parameters, seed=13)


BLOCKS = [
    ((1, 3, 5), (2, 3, 8, 8)),
    ((2, 4, 6), (3, 4, 7, 10)),
    ((3, 2, 2), (2, 2, 5, 9)),
    ((4, 5, 3), (1, 5, 6, 2)),
]


@task("vgg-block")
@pytest.mark.parametrize(("arguments", "shape"), BLOCKS)
def test_vgg_block_forward(inside, reference, arguments, shape):
    """`vgg_block` computes convolutions 3x3 with ReLU and one max-pool 2, also for odd and non-square images."""
    named = dict(zip(("num_convs", "in_channels", "out_channels"), arguments, strict=True))
    same_net(inside, reference, VGG_BLOCK, loud(*shape, seed=2), named, calls=2)


@task("vgg-block")
def test_vgg_block_train_mode(inside, reference):
    """In train mode `vgg_block` computes the same: nothing in it is random or normalises."""
    named = {"num_convs": 2, "in_channels": 3, "out_channels": 7}
    same_net(inside, reference, VGG_BLOCK, loud(4, 3, 9, 6, seed=3), named, training=True)


@task("vgg-block")
@pytest.mark.parametrize("arguments", [(3, 2, 5), (1, 4, 4)])
def test_vgg_block_is_sequential(inside, reference, arguments):
    """`vgg_block` gives a new `nn.Sequential` at every call, with parameters of the right sizes."""
    new_sequentials(inside, reference, VGG_BLOCK, ["num_convs", "in_channels", "out_channels"], arguments)


def new_sequentials(inside, reference, symbol, names, values):
    """Two calls, with arguments by place and by name, give two blocks of their own, whose layers can be taken one by one."""
    channels = values[names.index("in_channels")]
    which = "of two blocks, the first with arguments by place, the second by name"

    def compare(x):
        question = (symbol, x, names, list(values), rng(5).uniform(1.5, 3))
        got, expected = inside.blocks(*question), reference.blocks(*question)
        same(got["sequential"], [True, True], "whether the first and the second block are nn.Sequential")
        same(got["sizes"], expected["sizes"], f"the parameters' sizes (rows, the rest) {which}")
        same(got["outputs"], expected["outputs"], f"the outputs {which}")
        changed = f"once the first one's parameters are {question[-1]:.3g} times what they were, the outputs {which}"
        same(got["afterwards"], expected["afterwards"], changed)
        for theirs, ours in zip(of_type(got["lengths"], list), expected["lengths"], strict=False):
            same_lengths(theirs, ours)

    off_kinks(images(1, channels, 9, 11, seed=4), compare)


@task("vgg11")
def test_vgg11_eval(inside, reference):
    """In eval mode `VGG11()` computes its five blocks and three linear layers."""
    same_large_net(inside, reference, VGG11, 5 * images(1, 1, 224, 224, seed=5))


@task("vgg11")
def test_vgg11_dropout(inside):
    """`VGG11(in_channels, num_classes)` in train mode drops out (0.5) units of both hidden linear layers, nothing else."""

    def parameters(in_channels, classes):
        return 64 * 9 * in_channels + 4097 * classes + 128_764_608

    drops_hidden_units(inside, VGG11, 9, VGG_KERNELS, 8, parameters, seed=14)


NIN_ARGUMENTS = ["in_channels", "out_channels", "kernel_size", "stride", "padding"]
NIN_BLOCKS = [
    ((3, 5, 3, 1, 1), (2, 3, 8, 8)),
    ((2, 6, 5, 1, 2), (3, 2, 7, 10)),
    ((1, 4, 5, 2, 0), (1, 1, 12, 9)),
    ((4, 3, 4, 3, 1), (2, 4, 11, 8)),
    ((2, 5, 2, 2, 2), (2, 2, 5, 6)),
    ((3, 3, 1, 1, 0), (2, 3, 4, 5)),
]


@task("nin-block")
@pytest.mark.parametrize(("arguments", "shape"), NIN_BLOCKS)
def test_nin_block_forward(inside, reference, arguments, shape):
    """`nin_block` computes one convolution and two 1x1 convolutions, each with ReLU, for any kernel, stride and padding."""
    named = dict(zip(NIN_ARGUMENTS, arguments, strict=True))
    same_net(inside, reference, NIN_BLOCK, loud(*shape, seed=6), named, calls=2)


@task("nin-block")
def test_nin_block_train_mode(inside, reference):
    """In train mode `nin_block` computes the same: nothing in it is random or normalises."""
    named = dict(zip(NIN_ARGUMENTS, (3, 6, 3, 2, 1), strict=True))
    same_net(inside, reference, NIN_BLOCK, loud(4, 3, 9, 6, seed=7), named, training=True)


@task("nin-block")
@pytest.mark.parametrize("arguments", [(2, 5, 3, 1, 1), (3, 4, 5, 2, 1)])
def test_nin_block_is_sequential(inside, reference, arguments):
    """`nin_block` gives a new `nn.Sequential` at every call, with parameters of the right sizes."""
    new_sequentials(inside, reference, NIN_BLOCK, NIN_ARGUMENTS, arguments)


POOLED = [
    (2, 3, 5, 5),
    (3, 4, 7, 2),
    (1, 6, 3, 8),
    (4, 1, 6, 6),
    (2, 3, 1, 9),
    (3, 2, 4, 1),
    (1, 5, 1, 1),
    (1, 1, 2, 3),
]


@task("global-average-pool")
@pytest.mark.parametrize("shape", POOLED)
def test_global_average_pool(inside, shape):
    """`global_average_pool` gives the mean of every feature map, (N, C), for any N, C, H and W."""
    x = images(*shape, seed=8) + 3
    same(inside.call(POOL, x), x.mean(dim=(2, 3)))


@task("global-average-pool")
@pytest.mark.parametrize("shape", [(3, 4, 5, 6), (1, 2, 7, 3)])
def test_global_average_pool_not_contiguous(inside, shape):
    """`global_average_pool` accepts feature maps that are not contiguous in memory, and leaves them unchanged."""
    x = images(*shape, seed=9)
    got = inside.call_strided(POOL, x)
    same(got["value"], x.mean(dim=(2, 3)))
    same(got["arguments"], [x], "the arguments afterwards", rtol=0, atol=0)


@task("global-average-pool")
@pytest.mark.parametrize("shape", [(2, 3, 4, 5), (1, 4, 3, 3)])
def test_global_average_pool_gradient(inside, shape):
    """Every place of a feature map gets an equal share, 1/(H W), of the gradient of its mean."""
    direction = images(*shape[:2], seed=10)
    got = inside.pooled(POOL, images(*shape, seed=11), direction)
    share = direction[:, :, None, None].expand(shape) / (shape[2] * shape[3])
    same(got["gradient"], share, "the gradient")


@task("nin")
@pytest.mark.parametrize(("arguments", "batch"), [({}, 2), ({"in_channels": 3, "num_classes": 7}, 1)])
def test_nin_eval(inside, reference, arguments, batch):
    """In eval mode `NiN` computes its four blocks, three poolings and the global average."""
    x = loud(batch, arguments.get("in_channels", 1), 224, 224, seed=12)
    same_large_net(inside, reference, NIN, x, arguments)


@task("nin")
def test_nin_dropout(inside):
    """`NiN(in_channels, num_classes)` in train mode drops out (0.5) single places in front of its last block, nothing else."""
    # An output is the mean over 25 places, each of which was dropped or doubled.
    wires = Wires(inside, NIN, 121, NIN_KERNELS, (190, 210), seed=15)
    wires.same_parameters(
        lambda in_channels, classes: 96 * 121 * in_channels + (384 * 9 + 2 * classes + 3) * classes + 1_945_760
    )

    def possible(brightness):
        dropped, kept = wires.behind(3, 0.0), wires.behind(3, 2 * wires.behind(9, brightness))
        return [dropped + (kept - dropped) * count / 25 for count in range(26)]

    kept = fates(wires, possible, "places").double()
    about(int(kept.sum()), 25 * kept.numel(), 0.5, "places that are kept")
    # Places are dropped one by one: of 25 about 12.5 are kept in a map, give or take 2.5; not 0 or 25.
    spread = float((kept - 12.5).square().mean())
    expect(3.5 < spread < 9, f"places kept in a map vary with variance {spread:.3g}, expected about 6.25")
    wires.same_without_dropout(12)
    each = 2 * wires.weight**12 / 25
    what = f"the sum of the input gradient in train mode, {each:.3g} for each place kept"
    same(wires.got["gradient"], each * int(kept[2].sum()), what)
