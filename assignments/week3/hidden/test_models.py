"""Week 3, hidden: AlexNet, VGG-11, NiN and their blocks.

Names inside a net are the student's own. In eval mode weights are seeded by shape and outputs compared with the reference's.
In train mode dropout is judged by what it must do whatever is drawn: with weights that copy one unit each and biases of 1,
a constant image makes every output one of three known numbers, according to what was dropped on its way.
"""

import math

import pytest
import torch

from cnngrade.judge.suite import expect, images, of_type, same, same_gradient, same_net, show, task, tensor

ALEXNET, VGG11, NIN = "models.py:AlexNet", "models.py:VGG11", "models.py:NiN"
VGG_BLOCK, NIN_BLOCK, POOL = "models.py:vgg_block", "models.py:nin_block", "models.py:global_average_pool"
MODES = pytest.mark.parametrize("training", [False, True], ids=["eval", "train"])

# Columns of a weight (numbers that one output reads) and taps of its kernel, for three input channels.
ALEXNET_KERNELS = [[3 * 121, 121], [96 * 25, 25], [256 * 9, 9], [384 * 9, 9], [256 * 25, 25]]
VGG_KERNELS = [[3 * 9, 9], [64 * 9, 9], [128 * 9, 9], [256 * 9, 9], [512 * 9, 9], [512 * 49, 49]]
NIN_KERNELS = ALEXNET_KERNELS[:4]


def loud(*shape, seed):
    """Images of which the last is 20 times as bright: what cuts off or normalises large values shows there."""
    x = images(*shape, seed=seed)
    x[-1] *= 20
    return x


def same_large_net(inside, reference, symbol, x, arguments=None):
    """The student's net and ours have the same parameters and, with equal weights, equal outputs and input gradients."""
    question = (symbol, x, arguments or {})
    got, expected = inside.examined(*question), reference.examined(*question)
    same(got["parameters"], expected["parameters"], "the number of trainable parameters")
    same(got["sizes"], expected["sizes"], "the parameters' sizes (rows, the rest), sorted")
    if "alone" in expected:
        same(got["alone"], expected["alone"], "the output for a batch of one image")
    same(got["output"], expected["output"], "the output")
    same_gradient(got["input_gradient"], expected["input_gradient"])
    same(got["without_gradient"], 0, "the number of parameters that get no gradient")


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
    """How many of `outputs` are each of `values`; raises `Wrong` when one is none of them."""
    wanted = torch.tensor(values).double()
    nearest = (outputs[..., None] - wanted).abs().argmin(dim=-1)
    fits = torch.isclose(outputs, wanted[nearest], rtol=1e-3, atol=1e-4)
    found = [show(float(value)) for value in torch.unique(outputs)[:8]]
    expect(bool(fits.all()), f"{what} can be {', '.join(map(show, values))}; it is {', '.join(found)}")
    return [int((nearest == place).sum()) for place in range(len(values))]


def drops_hidden_units(inside, symbol, kernels, convolutions, parameters):
    """Both hidden layers of 4096 are dropped out, each unit by itself, and nothing else is.

    The features are 1 + the number of convolutions, the first hidden layer one more: h. A unit that neither dropout drops
    comes out as 2 (2 h + 1) + 1, one that the first drops as 3, one that the second drops as 1.
    """
    h = convolutions + 2.0
    x = torch.ones(2, 3, 224, 224)
    got = inside.wired(symbol, x, kernels, {"in_channels": 3, "num_classes": 1000})
    same(got["parameters"], parameters, "the number of trainable parameters with in_channels=3, num_classes=1000")
    first = tensor(got["first"], (2, 1000), "the output in train mode").double()
    second = tensor(got["second"], (1, 1000), "the output in train mode").double()
    values = [1.0, 3.0, 4 * h + 3]
    says = "in train mode, where every layer copies and adds 1, an output"
    dropped, halved, kept = one_of(torch.cat([first, second]), values, says)
    about(dropped, 3000, 0.5, "units dropped in the second hidden layer")
    about(halved, 3000, 0.25, "units dropped in the first hidden layer only")
    about(kept, 3000, 0.25, "units kept in both hidden layers")
    expect(not torch.equal(first[0], first[1]), "the two images of a batch lose the same units")
    expect(not torch.equal(first[:1], second), "two calls in train mode lose the same units: nothing is random")
    same(got["eval"], torch.full((1, 1000), h + 2), "the output in eval mode, after calls in train mode")
    gradient = 4.0 * int((second > 2 * h).sum())
    same(got["gradient"], gradient, "the sum of the input gradient in train mode, 4 for each unit kept twice")


@task("alexnet")
def test_alexnet_eval(inside, reference):
    """In eval mode `AlexNet()` computes its five convolutions, three poolings and three linear layers."""
    same_large_net(inside, reference, ALEXNET, loud(2, 1, 224, 224, seed=1))


@task("alexnet")
def test_alexnet_dropout(inside):
    """In train mode each of the two hidden linear layers, and nothing else, is followed by a dropout of 0.5."""
    drops_hidden_units(inside, ALEXNET, ALEXNET_KERNELS, convolutions=5, parameters=50_844_008)


@task("alexnet")
def test_alexnet_arguments(inside):
    """`AlexNet` takes `in_channels` and `num_classes`, in this order."""
    takes_both_arguments(inside, ALEXNET)


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
    """Two calls, with arguments by place and by name, give two blocks of their own."""
    channels = values[names.index("in_channels")]
    question = (symbol, images(1, channels, 9, 11, seed=4), names, list(values))
    got, expected = inside.blocks(*question), reference.blocks(*question)
    same(got["sequential"], [True, True], "whether the first and the second block are nn.Sequential")
    which = "of two blocks, the first with arguments by place, the second by name"
    same(got["sizes"], expected["sizes"], f"the parameters' sizes (rows, the rest) {which}")
    same(got["shared"], 0, "the number of parameters that two blocks share")


@task("vgg11")
def test_vgg11_eval(inside, reference):
    """In eval mode `VGG11()` computes its five blocks and three linear layers."""
    same_large_net(inside, reference, VGG11, 5 * images(1, 1, 224, 224, seed=5))


@task("vgg11")
def test_vgg11_dropout(inside):
    """In train mode each of the two hidden linear layers, and nothing else, is followed by a dropout of 0.5."""
    drops_hidden_units(inside, VGG11, VGG_KERNELS, convolutions=8, parameters=132_863_336)


@task("vgg11")
def test_vgg11_arguments(inside):
    """`VGG11` takes `in_channels` and `num_classes`, in this order."""
    takes_both_arguments(inside, VGG11)


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
    """In train mode a dropout of 0.5, and nothing else, drops single places of the maps that enter the last block."""
    # The 5x5 maps in front of the dropout are 1 + 9 everywhere, the last block adds 3 more: an output is 3 + 20/25 for each
    # of the 25 places that is kept.
    x = torch.ones(2, 3, 224, 224)
    got = inside.wired(NIN, x, NIN_KERNELS, {"in_channels": 3, "num_classes": 200})
    same(got["parameters"], 2_752_408, "the number of trainable parameters with in_channels=3, num_classes=200")
    first = tensor(got["first"], (2, 200), "the output in train mode").double()
    second = tensor(got["second"], (1, 200), "the output in train mode").double()
    says = "in train mode, where every layer copies and adds 1, an output"
    counts = one_of(torch.cat([first, second]), [3 + 0.8 * kept for kept in range(26)], says)
    about(sum(kept * count for kept, count in enumerate(counts)), 15_000, 0.5, "places that are kept")
    # Places are dropped one by one: of 25 about 12.5 are kept in a map, give or take 2.5; not 0 or 25.
    spread = sum(count * (kept - 12.5) ** 2 for kept, count in enumerate(counts)) / 600
    expect(3.5 < spread < 9, f"places kept in a map vary with variance {spread:.3g}, expected about 6.25")
    expect(not torch.equal(first[0], first[1]), "the two images of a batch lose the same places")
    expect(not torch.equal(first[:1], second), "two calls in train mode lose the same places: nothing is random")
    same(got["eval"], torch.full((1, 200), 13.0), "the output in eval mode, after calls in train mode")
    gradient = float((second - 3).sum() / 10)
    same(got["gradient"], gradient, "the sum of the input gradient in train mode, 2/25 for each place kept")


@task("nin")
def test_nin_arguments(inside):
    """`NiN` takes `in_channels` and `num_classes`, in this order."""
    takes_both_arguments(inside, NIN)
