"""Week 5, hidden: residual blocks and nets. Names inside a net are the student's own: weights are seeded by shape.

Blocks and nets with batch norm are asked by this week's own probes, for which a convolution's bias is the student's choice.
"""

from functools import partial

import pytest

from cnngrade.judge.suite import images, reaches_threshold, same, same_net, same_structure, task

PLAIN, MINI = "residual.py:PlainResidualBlock", "residual.py:MiniResNet"
BLOCK, RESNET = "residual.py:ResidualBlock", "residual.py:ResNet18"
MODES = pytest.mark.parametrize("training", [False, True], ids=["eval", "train"])

same_plain_net = partial(same_net, by_length=True)
# With the convolutions' biases left out; their gradients pass many ReLUs.
same_normed_net = partial(same_net, ask="normed_forward", by_length=True)
same_normed_structure = partial(same_structure, ask="normed_structure")


def keeps_its_input(inside, reference, symbol, x, arguments=None, *, ask="strided_forward"):
    """The outputs of two calls for an input that is not contiguous are right, and the input is afterwards what it was."""
    question = (symbol, x, arguments)
    got, expected = getattr(inside, ask)(*question), getattr(reference, ask)(*question)
    same(got["outputs"], expected["outputs"], "of two calls with the same input, the output")
    same(got["input"], x, "the input afterwards", rtol=0, atol=0)


@task("plain-block")
@MODES
@pytest.mark.parametrize(
    ("channels", "shape"),
    [(16, (3, 16, 12, 12)), (8, (2, 8, 7, 5)), (5, (1, 5, 9, 4)), (1, (2, 1, 6, 6)), (4, (3, 4, 1, 1))],
    ids=["even", "odd", "one-image", "one-channel", "one-pixel"],
)
def test_plain_block_forward(inside, reference, channels, shape, training):
    """`PlainResidualBlock` computes relu(x + conv(relu(conv(x)))) for any number of channels and any size."""
    same_plain_net(inside, reference, PLAIN, images(*shape, seed=50), {"channels": channels}, training)


@task("plain-block")
def test_plain_block_keeps_its_input(inside, reference):
    """The block takes input that is not contiguous in memory, and leaves it unchanged."""
    keeps_its_input(inside, reference, PLAIN, images(3, 6, 5, 8, seed=51), {"channels": 6})


@task("plain-block")
def test_plain_block_second_call(inside, reference):
    """A call leaves nothing behind that changes the next one."""
    same_plain_net(inside, reference, PLAIN, images(2, 6, 6, 6, seed=52), {"channels": 6}, calls=3)


@task("plain-block")
def test_plain_block_structure(inside, reference):
    """The block holds two convolutions, with bias, and nothing else to train."""
    same_structure(inside, reference, PLAIN, images(2, 16, 6, 6, seed=53), {"channels": 16})


@task("mini-resnet")
@MODES
def test_mini_resnet_forward(inside, reference, training):
    """`MiniResNet` computes conv, ReLU, pool, block twice, then linear, and returns logits."""
    same_plain_net(inside, reference, MINI, images(5, 1, 28, 28, seed=54), training=training)


@task("mini-resnet")
def test_mini_resnet_one_image(inside, reference):
    """A batch of one image gives one row of logits."""
    same_plain_net(inside, reference, MINI, images(1, 1, 28, 28, seed=55))


@task("mini-resnet")
def test_mini_resnet_parameters(inside, reference):
    """`MiniResNet()` has 41,514 parameters."""
    same_structure(inside, reference, MINI, images(2, 1, 28, 28, seed=56))


@task("mini-resnet")
def test_mini_resnet_second_call(inside, reference):
    """A call leaves nothing behind that changes the next one, nor the images."""
    x = images(3, 1, 28, 28, seed=57)
    same_plain_net(inside, reference, MINI, x, calls=3)
    keeps_its_input(inside, reference, MINI, x)


SHAPES = pytest.mark.parametrize(
    ("arguments", "shape"),
    [
        ({"in_channels": 8, "out_channels": 8}, (4, 8, 6, 6)),
        ({"in_channels": 6, "out_channels": 6, "stride": 1}, (3, 6, 7, 4)),
        ({"in_channels": 6, "out_channels": 10}, (3, 6, 5, 8)),
        ({"in_channels": 10, "out_channels": 4, "stride": 1}, (3, 10, 6, 5)),
        ({"in_channels": 6, "out_channels": 6, "stride": 2}, (4, 6, 8, 8)),
        ({"in_channels": 7, "out_channels": 7, "stride": 2}, (4, 7, 9, 6)),
        ({"in_channels": 4, "out_channels": 8, "stride": 2}, (4, 4, 10, 6)),
        ({"in_channels": 4, "out_channels": 8, "stride": 2}, (4, 4, 7, 5)),
        ({"in_channels": 5, "out_channels": 9, "stride": 3}, (4, 5, 8, 11)),
        ({"in_channels": 1, "out_channels": 3, "stride": 2}, (2, 1, 5, 6)),
    ],
    ids=[
        "same-shape",
        "same-shape-odd",
        "more-channels",
        "fewer-channels",
        "stride-alone",
        "stride-alone-odd",
        "both",
        "both-odd",
        "stride-three",
        "one-channel",
    ],
)


@task("residual-block")
@MODES
@SHAPES
def test_residual_block_forward(inside, reference, arguments, shape, training):
    """`ResidualBlock` computes conv, norm, ReLU, conv, norm, adds the input (or its projection), then ReLU."""
    same_normed_net(inside, reference, BLOCK, images(*shape, seed=58), arguments, training)


@task("residual-block")
@SHAPES
def test_residual_block_structure(inside, reference, arguments, shape):
    """There is a bare 1x1 convolution on the shortcut when the channels or the size change, and only then."""
    same_normed_structure(inside, reference, BLOCK, images(*shape, seed=59), arguments)


@task("residual-block")
@SHAPES
def test_residual_block_running_statistics(inside, reference, arguments, shape):
    """Passes in train mode move the running statistics of both batch norms, which eval mode then uses."""
    question = (BLOCK, images(*shape, seed=60), arguments)
    got, expected = inside.normed_eval_after_training(*question), reference.normed_eval_after_training(*question)
    same(got, expected, "the output in eval mode")


@task("residual-block")
@MODES
@pytest.mark.parametrize("stride", [1, 2])
def test_residual_block_one_image(inside, reference, stride, training):
    """A batch of one image is a batch, in train mode too: a batch norm of maps averages over their pixels."""
    arguments = {"in_channels": 5, "out_channels": 7, "stride": stride}
    same_normed_net(inside, reference, BLOCK, images(1, 5, 8, 7, seed=61), arguments, training)


@task("residual-block")
def test_residual_block_by_position(inside, reference):
    """The arguments come in the order in_channels, out_channels, stride."""
    same_normed_net(inside, reference, BLOCK, images(3, 4, 6, 6, seed=62), [4, 6, 2])


@task("residual-block")
@pytest.mark.parametrize("arguments", [{"in_channels": 6, "out_channels": 6}, {"in_channels": 6, "out_channels": 4}])
def test_residual_block_keeps_its_input(inside, reference, arguments):
    """The block takes input that is not contiguous in memory, and leaves it unchanged."""
    keeps_its_input(inside, reference, BLOCK, images(3, 6, 5, 8, seed=63), arguments, ask="normed_strided")


@task("residual-block")
@MODES
def test_residual_block_second_call(inside, reference, training):
    """A call leaves nothing behind that changes the next one, except the running statistics."""
    arguments = {"in_channels": 4, "out_channels": 6, "stride": 2}
    same_normed_net(inside, reference, BLOCK, images(3, 4, 6, 6, seed=64), arguments, training, calls=3)


@task("resnet18")
def test_resnet18_structure(inside, reference):
    """`ResNet18()` has four stages of two blocks: 11,173,578 parameters, convolutions' biases left out."""
    same_normed_structure(inside, reference, RESNET, images(1, 1, 32, 32, seed=65))


@task("resnet18")
@pytest.mark.parametrize("shape", [(2, 1, 32, 32), (1, 1, 33, 61), (1, 1, 64, 48)])
def test_resnet18_sizes(inside, reference, shape):
    """`ResNet18` takes images of any size from 32 up, square or not, and returns logits."""
    same_normed_net(inside, reference, RESNET, images(*shape, seed=66))


@task("resnet18")
def test_resnet18_large(inside, reference):
    """`ResNet18` takes one image of 224x224, the size that the paper trains on."""
    same_normed_net(inside, reference, RESNET, images(1, 1, 224, 224, seed=67))


@task("resnet18")
def test_resnet18_training(inside, reference):
    """In train mode the net normalises with the statistics of the batch."""
    same_normed_net(inside, reference, RESNET, images(4, 1, 72, 64, seed=68), training=True)


@task("resnet18")
def test_resnet18_arguments(inside, reference):
    """`in_channels` and `num_classes`, also by position, decide what goes in and what comes out."""
    same_normed_net(inside, reference, RESNET, images(2, 3, 40, 40, seed=69), [3, 7])


@task("resnet18")
def test_resnet18_running_statistics(inside, reference):
    """Passes in train mode move the running statistics that eval mode then uses, and leave nothing else behind."""
    question = (RESNET, images(3, 1, 48, 48, seed=70))
    got, expected = inside.normed_eval_after_training(*question), reference.normed_eval_after_training(*question)
    same(got, expected, "the output in eval mode")


@task("mini-resnet-accuracy")
def test_mini_resnet_accuracy(inside, contest, readings, figures):
    """`MiniResNet`, trained by our own loop with Adam, classifies held-back images well enough."""
    reaches_threshold(inside, contest, readings, figures)
