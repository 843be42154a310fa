"""Week 4, hidden: Inception blocks and the nets made of them. Weights are seeded by shape, then outputs are compared."""

from functools import partial

import pytest

from cnngrade.judge.suite import images, reaches_threshold, same_net, same_structure, task

INCEPTION, MINI = "inception.py:Inception", "inception.py:MiniGoogLeNet"
V1, GOOGLENET = "inception.py:InceptionV1", "inception.py:GoogLeNet"
same_deep_net = partial(same_net, by_length=True)  # whose gradients pass many ReLUs and poolings
MODES = pytest.mark.parametrize("training", [False, True], ids=["eval", "train"])


def block(in_channels, c1, c2, c3, c4):
    return {"in_channels": in_channels, "c1": c1, "c2": c2, "c3": c3, "c4": c4}


@task("inception")
@MODES
def test_inception_forward(inside, reference, training):
    """`Inception` concatenates its four paths, 16 + 24 + 24 + 24 channels, and has no activations."""
    same_net(inside, reference, INCEPTION, images(3, 10, 12, 12), {"in_channels": 10}, training=training)


@task("inception")
@pytest.mark.parametrize("shape", [(2, 20, 4, 9), (2, 5, 13, 7), (3, 1, 6, 5), (2, 3, 1, 2)])
def test_inception_sizes(inside, reference, shape):
    """`Inception` takes any number of channels, and keeps H and W: odd, even, unequal, or smaller than a kernel."""
    same_net(inside, reference, INCEPTION, images(*shape, seed=1), {"in_channels": shape[1]})


@task("inception")
def test_inception_one_image(inside, reference):
    """A batch of one image stays a batch."""
    same_net(inside, reference, INCEPTION, images(1, 4, 6, 8, seed=2), {"in_channels": 4})


@task("inception")
def test_inception_parameters(inside, reference):
    """`Inception(10)` has 19,104 parameters in seven convolutions with biases, none of them used twice."""
    same_structure(inside, reference, INCEPTION, images(1, 10, 5, 5), {"in_channels": 10})


@task("inception")
def test_inception_second_call(inside, reference):
    """A call leaves nothing behind that changes the next one."""
    same_net(inside, reference, INCEPTION, images(2, 6, 5, 4, seed=3), {"in_channels": 6}, calls=3)


@task("mini-googlenet")
@MODES
def test_mini_googlenet_forward(inside, reference, training):
    """`MiniGoogLeNet` computes twice conv, ReLU, pool and Inception, then one linear layer, and returns logits."""
    same_deep_net(inside, reference, MINI, images(5, 1, 28, 28, seed=4), training=training)


@task("mini-googlenet")
def test_mini_googlenet_one_image(inside, reference):
    """A batch of one image gives one row of logits."""
    same_deep_net(inside, reference, MINI, images(1, 1, 28, 28, seed=5))


@task("mini-googlenet")
def test_mini_googlenet_parameters(inside, reference):
    """`MiniGoogLeNet()` has 97,298 parameters."""
    same_structure(inside, reference, MINI, images(2, 1, 28, 28))


@task("mini-googlenet")
def test_mini_googlenet_second_call(inside, reference):
    """A call leaves nothing behind that changes the next one."""
    same_deep_net(inside, reference, MINI, images(3, 1, 28, 28, seed=6), calls=3)


@task("inception-v1")
@MODES
def test_inception_v1_forward(inside, reference, training):
    """`InceptionV1` concatenates its four paths in order, with ReLU after every convolution."""
    arguments = block(9, 7, (5, 8), (3, 6), 4)
    same_deep_net(inside, reference, V1, images(3, 9, 10, 10, seed=7), arguments, training=training)


@task("inception-v1")
@pytest.mark.parametrize(
    ("shape", "widths"),
    [
        ((2, 6, 7, 12), (4, (3, 5), (2, 6), 7)),
        ((2, 192, 5, 3), (64, (96, 128), (16, 32), 32)),
        ((3, 1, 4, 6), (2, (2, 3), (3, 2), 2)),
        ((2, 8, 2, 1), (6, (4, 6), (5, 6), 6)),
    ],
)
def test_inception_v1_sizes(inside, reference, shape, widths):
    """Channels are as the arguments say, and H and W are kept: odd, even, unequal, or smaller than a kernel."""
    same_deep_net(inside, reference, V1, images(*shape, seed=8), block(shape[1], *widths))


@task("inception-v1")
def test_inception_v1_negative_input(inside, reference):
    """Max-pooling takes the largest value of the map, also where all are negative: its padding never wins."""
    same_deep_net(inside, reference, V1, -1 - images(2, 5, 6, 4, seed=9).abs(), block(5, 4, (3, 4), (2, 4), 8))


@task("inception-v1")
def test_inception_v1_one_image(inside, reference):
    """A batch of one image stays a batch."""
    same_deep_net(inside, reference, V1, images(1, 4, 5, 8, seed=10), block(4, 3, (4, 6), (2, 4), 5))


@task("inception-v1")
def test_inception_v1_parameters(inside, reference):
    """`InceptionV1` has six convolutions with biases, and no other parameters."""
    same_structure(inside, reference, V1, images(1, 10, 5, 5), block(10, 16, (12, 20), (4, 8), 6))


@task("inception-v1")
def test_inception_v1_second_call(inside, reference):
    """A call leaves nothing behind that changes the next one."""
    same_deep_net(inside, reference, V1, images(2, 6, 5, 4, seed=11), block(6, 4, (3, 5), (2, 6), 7), calls=3)


@task("googlenet")
@MODES
def test_googlenet_forward(inside, reference, training):
    """`GoogLeNet` computes the stem, nine Inception blocks with their pools, and the classifier, and returns logits."""
    same_deep_net(inside, reference, GOOGLENET, images(2, 1, 64, 64, seed=12), training=training)


@task("googlenet")
@pytest.mark.parametrize("shape", [(1, 1, 224, 224), (2, 1, 65, 103)])
def test_googlenet_sizes(inside, reference, shape):
    """`GoogLeNet` takes images of any size, and averages over whatever is left of them: square, unequal, odd."""
    same_deep_net(inside, reference, GOOGLENET, images(*shape, seed=13))


@task("googlenet")
def test_googlenet_arguments(inside, reference):
    """`in_channels` and `num_classes` decide the first and the last layer."""
    same_deep_net(inside, reference, GOOGLENET, images(2, 3, 40, 40, seed=14), {"in_channels": 3, "num_classes": 17})


@task("googlenet")
def test_googlenet_parameters(inside, reference):
    """`GoogLeNet()` has 5,977,530 parameters."""
    same_structure(inside, reference, GOOGLENET, images(1, 1, 32, 32))


@task("googlenet")
def test_googlenet_second_call(inside, reference):
    """A call leaves nothing behind that changes the next one."""
    same_deep_net(inside, reference, GOOGLENET, images(1, 1, 33, 48, seed=15), calls=2)


@task("mini-googlenet-accuracy")
def test_mini_googlenet_accuracy(inside, contest, readings, figures):
    """`MiniGoogLeNet`, trained with Adam, classifies held-back images well enough."""
    reaches_threshold(inside, contest, readings, figures)
