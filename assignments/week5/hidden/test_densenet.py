"""Week 5, hidden: dense blocks and DenseNet. Names inside a net are the student's own: weights are seeded by shape.

Everything here is asked by this week's own probes, for which a convolution's bias is the student's choice.
"""

from functools import partial

import pytest

from cnngrade.judge.suite import images, same, same_net, same_structure, task

BLOCK, TRANSITION, NET = "densenet.py:DenseBlock", "densenet.py:TransitionLayer", "densenet.py:DenseNet"
MODES = pytest.mark.parametrize("training", [False, True], ids=["eval", "train"])

# With the convolutions' biases left out; their gradients pass many ReLUs.
same_normed_net = partial(same_net, ask="normed_forward", by_length=True)
same_normed_structure = partial(same_structure, ask="normed_structure")


def same_after_training(inside, reference, symbol, x, arguments=None):
    """The outputs in eval mode agree after some passes in train mode."""
    question = (symbol, x, arguments)
    got, expected = inside.normed_eval_after_training(*question), reference.normed_eval_after_training(*question)
    same(got, expected, "the output in eval mode")


def keeps_its_input(inside, reference, symbol, x, arguments):
    """The outputs of two calls for an input that is not contiguous are right, and the input is afterwards what it was."""
    question = (symbol, x, arguments)
    got, expected = inside.normed_strided(*question), reference.normed_strided(*question)
    same(got["outputs"], expected["outputs"], "of two calls with the same input, the output")
    same(got["input"], x, "the input afterwards", rtol=0, atol=0)


DENSE = pytest.mark.parametrize(
    ("arguments", "shape"),
    [
        ({"num_convs": 2, "in_channels": 3, "growth_rate": 10}, (4, 3, 8, 8)),
        ({"num_convs": 4, "in_channels": 7, "growth_rate": 5}, (3, 7, 7, 5)),
        ({"num_convs": 1, "in_channels": 6, "growth_rate": 4}, (3, 6, 4, 9)),
        ({"num_convs": 3, "in_channels": 4, "growth_rate": 4}, (3, 4, 6, 6)),
        ({"num_convs": 3, "in_channels": 1, "growth_rate": 1}, (4, 1, 5, 5)),
    ],
    ids=["two", "four-odd", "one", "growth-as-input", "ones"],
)


@task("dense-block")
@MODES
@DENSE
def test_dense_block_forward(inside, reference, arguments, shape, training):
    """`DenseBlock` puts the output of each norm, ReLU, conv behind its input, and hands all of it on."""
    same_normed_net(inside, reference, BLOCK, images(*shape, seed=80), arguments, training)


@task("dense-block")
@DENSE
def test_dense_block_structure(inside, reference, arguments, shape):
    """Each conv block has one batch norm and one 3x3 convolution, for all channels before it."""
    same_normed_structure(inside, reference, BLOCK, images(*shape, seed=81), arguments)


@task("dense-block")
@DENSE
def test_dense_block_running_statistics(inside, reference, arguments, shape):
    """Passes in train mode move the running statistics that eval mode then uses."""
    same_after_training(inside, reference, BLOCK, images(*shape, seed=82), arguments)


@task("dense-block")
@MODES
def test_dense_block_one_image(inside, reference, training):
    """A batch of one image is a batch, in train mode too."""
    arguments = {"num_convs": 2, "in_channels": 5, "growth_rate": 3}
    same_normed_net(inside, reference, BLOCK, images(1, 5, 6, 7, seed=83), arguments, training)


@task("dense-block")
def test_dense_block_by_position(inside, reference):
    """The arguments come in the order num_convs, in_channels, growth_rate."""
    same_normed_net(inside, reference, BLOCK, images(3, 5, 4, 4, seed=84), [2, 5, 3])


@task("dense-block")
def test_dense_block_keeps_its_input(inside, reference):
    """The block takes input that is not contiguous in memory, and leaves it unchanged."""
    arguments = {"num_convs": 3, "in_channels": 4, "growth_rate": 2}
    keeps_its_input(inside, reference, BLOCK, images(3, 4, 5, 8, seed=85), arguments)


@task("dense-block")
@MODES
def test_dense_block_second_call(inside, reference, training):
    """A call leaves nothing behind that changes the next one, except the running statistics."""
    arguments = {"num_convs": 3, "in_channels": 4, "growth_rate": 2}
    same_normed_net(inside, reference, BLOCK, images(3, 4, 6, 6, seed=86), arguments, training, calls=3)


HALVING = pytest.mark.parametrize(
    ("arguments", "shape"),
    [
        ({"in_channels": 8, "out_channels": 4}, (4, 8, 8, 8)),
        ({"in_channels": 7, "out_channels": 5}, (3, 7, 7, 4)),
        ({"in_channels": 4, "out_channels": 9}, (3, 4, 9, 11)),
        ({"in_channels": 6, "out_channels": 6}, (2, 6, 2, 3)),
        ({"in_channels": 1, "out_channels": 1}, (3, 1, 5, 6)),
    ],
    ids=["even", "odd-height", "odd", "same-channels", "ones"],
)


@task("transition-layer")
@MODES
@HALVING
def test_transition_forward(inside, reference, arguments, shape, training):
    """`TransitionLayer` computes batch norm, ReLU, 1x1 convolution and average-pool 2."""
    same_normed_net(inside, reference, TRANSITION, images(*shape, seed=87), arguments, training)


@task("transition-layer")
@HALVING
def test_transition_structure(inside, reference, arguments, shape):
    """There is one batch norm of the input's channels and one 1x1 convolution."""
    same_normed_structure(inside, reference, TRANSITION, images(*shape, seed=88), arguments)


@task("transition-layer")
def test_transition_running_statistics(inside, reference):
    """Passes in train mode move the running statistics that eval mode then uses."""
    arguments = {"in_channels": 6, "out_channels": 3}
    same_after_training(inside, reference, TRANSITION, images(4, 6, 5, 6, seed=89), arguments)


@task("transition-layer")
@MODES
def test_transition_one_image(inside, reference, training):
    """A batch of one image is a batch; the arguments come in the order in_channels, out_channels."""
    same_normed_net(inside, reference, TRANSITION, images(1, 6, 6, 8, seed=90), [6, 3], training)


@task("transition-layer")
def test_transition_keeps_its_input(inside, reference):
    """The layer takes input that is not contiguous in memory, and leaves it unchanged."""
    keeps_its_input(inside, reference, TRANSITION, images(3, 4, 6, 9, seed=91), {"in_channels": 4, "out_channels": 2})


@task("densenet")
def test_densenet_structure(inside, reference):
    """`DenseNet()` has 757,322 parameters, convolutions' biases left out."""
    same_normed_structure(inside, reference, NET, images(1, 1, 32, 32, seed=92))


@task("densenet")
@pytest.mark.parametrize("shape", [(2, 1, 32, 32), (1, 1, 33, 61), (1, 1, 96, 80)])
def test_densenet_sizes(inside, reference, shape):
    """`DenseNet` takes images of any size from 32 up, square or not, and returns logits."""
    same_normed_net(inside, reference, NET, images(*shape, seed=93))


@task("densenet")
@MODES
@pytest.mark.parametrize(
    "arguments",
    [
        {"in_channels": 3, "num_classes": 7, "growth_rate": 8, "convs_per_block": (1, 2, 3, 2)},
        {"growth_rate": 12, "convs_per_block": (2, 1, 1, 3)},
        {"convs_per_block": (1, 1, 2, 4)},
        {"growth_rate": 4},
    ],
    ids=["all", "other-blocks", "convs", "growth"],
)
def test_densenet_arguments(inside, reference, arguments, training):
    """`growth_rate` and `convs_per_block` decide the blocks, in train and in eval mode."""
    x = images(4, arguments.get("in_channels", 1), 72, 64, seed=94)
    same_normed_net(inside, reference, NET, x, arguments, training)


@task("densenet")
@pytest.mark.parametrize("convs_per_block", [(2, 3, 1, 2), (3, 1, 2, 1)])
def test_densenet_arguments_structure(inside, reference, convs_per_block):
    """Each transition halves the channels that the block before it has reached."""
    arguments = {"growth_rate": 16, "convs_per_block": convs_per_block}
    same_normed_structure(inside, reference, NET, images(1, 1, 32, 32, seed=95), arguments)


@task("densenet")
def test_densenet_by_position(inside, reference):
    """The arguments come in the order in_channels, num_classes, growth_rate, convs_per_block."""
    same_normed_net(inside, reference, NET, images(2, 2, 40, 40, seed=96), [2, 5, 8, (1, 2, 1, 1)])


@task("densenet")
def test_densenet_running_statistics(inside, reference):
    """Passes in train mode move the running statistics that eval mode then uses, and leave nothing else behind."""
    same_after_training(inside, reference, NET, images(3, 1, 64, 64, seed=97), {"growth_rate": 8})


@task("densenet")
def test_densenet_second_call(inside, reference):
    """A call leaves nothing behind that changes the next one."""
    same_normed_net(inside, reference, NET, images(2, 1, 48, 40, seed=98), {"growth_rate": 8}, calls=3)
