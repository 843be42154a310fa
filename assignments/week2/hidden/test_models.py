"""Week 2, hidden: the nets. Names inside a net are the student's own: weights are seeded by shape, then outputs compared."""

import pytest

from cnngrade.judge.suite import images, same, same_net, same_structure, task

FC, SMALL, LENET = "models.py:FullyConnected", "models.py:SmallCNN", "models.py:LeNet5"
CIFAR, VGG = "models.py:CifarNet", "models.py:VGG"
# So many images that a unit which rounding decides does not move the length of a parameter's gradient by 2 %.
MANY, MORE = 64, 512
MODES = pytest.mark.parametrize("training", [False, True], ids=["eval", "train"])


@task("fully-connected")
@MODES
def test_fully_connected_forward(inside, reference, training):
    """`FullyConnected` gives the log-probabilities of three linear layers with ReLU between them."""
    same_net(inside, reference, FC, images(7, 1, 28, 28), training=training)


@task("fully-connected")
def test_fully_connected_one_image(inside, reference):
    """A batch of one image gives one row of output."""
    same_net(inside, reference, FC, images(1, 1, 28, 28, seed=1))


@task("fully-connected")
@pytest.mark.parametrize(
    ("arguments", "shape"),
    [
        ({"hidden_size": 30}, (4, 1, 28, 28)),
        ({"input_size": 192, "hidden_size": 12}, (3, 3, 8, 8)),
        ({"input_size": 60, "output_size": 4}, (5, 1, 6, 10)),
    ],
)
def test_fully_connected_sizes(inside, reference, arguments, shape):
    """`input_size`, `hidden_size` and `output_size` decide the layers' sizes; images may have channels and any shape."""
    same_net(inside, reference, FC, images(*shape, seed=2), arguments)


@task("fully-connected")
def test_fully_connected_parameters(inside, reference):
    """`FullyConnected()` has 6,442 parameters in three linear layers."""
    same_structure(inside, reference, FC, images(MORE, 1, 28, 28))


@task("fully-connected")
def test_fully_connected_second_call(inside, reference):
    """A call leaves nothing behind that changes the next one."""
    same_net(inside, reference, FC, images(3, 1, 28, 28, seed=3), calls=3)


@task("small-cnn")
@MODES
def test_small_cnn_forward(inside, reference, training):
    """`SmallCNN` computes conv, ReLU, pool, conv, ReLU, pool, linear, ReLU, linear, log-softmax."""
    same_net(inside, reference, SMALL, images(6, 1, 28, 28, seed=4), training=training)


@task("small-cnn")
def test_small_cnn_one_image(inside, reference):
    """A batch of one image gives one row of output."""
    same_net(inside, reference, SMALL, images(1, 1, 28, 28, seed=5))


@task("small-cnn")
@pytest.mark.parametrize("feature_maps", [3, 10])
def test_small_cnn_feature_maps(inside, reference, feature_maps):
    """Both convolutions have `feature_maps` maps, and the linear layer behind them fits."""
    same_net(inside, reference, SMALL, images(3, 1, 28, 28, seed=6), {"feature_maps": feature_maps})


@task("small-cnn")
def test_small_cnn_parameters(inside, reference):
    """`SmallCNN()` has 6,422 parameters."""
    same_structure(inside, reference, SMALL, images(MANY, 1, 28, 28))


@task("small-cnn")
def test_small_cnn_second_call(inside, reference):
    """A call leaves nothing behind that changes the next one."""
    same_net(inside, reference, SMALL, images(3, 1, 28, 28, seed=7), calls=3)


@task("lenet")
@MODES
def test_lenet_forward(inside, reference, training):
    """`LeNet5` computes LeNet-5 with tanh and average pooling, and returns logits."""
    same_net(inside, reference, LENET, images(6, 1, 28, 28, seed=8), training=training)


@task("lenet")
def test_lenet_one_image(inside, reference):
    """A batch of one image gives one row of logits."""
    same_net(inside, reference, LENET, images(1, 1, 28, 28, seed=9))


@task("lenet")
def test_lenet_border(inside, reference):
    """What lies at the border of the image counts as it does with a padding of 2 zeros."""
    x = images(4, 1, 28, 28, seed=10)
    x[:, :, 3:-3, 3:-3] = 0
    same_net(inside, reference, LENET, x)


@task("lenet")
def test_lenet_parameters(inside, reference):
    """`LeNet5()` has 61,706 parameters."""
    same_structure(inside, reference, LENET, images(2, 1, 28, 28))


@task("lenet")
def test_lenet_second_call(inside, reference):
    """A call leaves nothing behind that changes the next one."""
    same_net(inside, reference, LENET, images(3, 1, 28, 28, seed=11), calls=3)


@task("cifarnet")
@MODES
def test_cifarnet_forward(inside, reference, training):
    """`CifarNet` computes conv, ReLU, pool twice, then linear 120, 84 and 10 with ReLU between, and returns logits."""
    same_net(inside, reference, CIFAR, images(5, 3, 32, 32, seed=12), training=training)


@task("cifarnet")
def test_cifarnet_one_image(inside, reference):
    """A batch of one image gives one row of logits."""
    same_net(inside, reference, CIFAR, images(1, 3, 32, 32, seed=13))


@task("cifarnet")
def test_cifarnet_parameters(inside, reference):
    """`CifarNet()` has 62,006 parameters."""
    same_structure(inside, reference, CIFAR, images(MANY, 3, 32, 32))


@task("cifarnet")
def test_cifarnet_second_call(inside, reference):
    """A call leaves nothing behind that changes the next one."""
    same_net(inside, reference, CIFAR, images(3, 3, 32, 32, seed=14), calls=3)


@task("vgg")
@MODES
def test_vgg_forward(inside, reference, training):
    """`VGG` computes the eight convolutions with batch norm and ReLU, five max-pools and one linear layer."""
    same_net(inside, reference, VGG, images(4, 3, 32, 32, seed=15), training=training, by_length=True)


@task("vgg")
def test_vgg_one_image(inside, reference):
    """In eval mode a batch of one image gives one row of logits."""
    same_net(inside, reference, VGG, images(1, 3, 32, 32, seed=16), by_length=True)


@task("vgg")
def test_vgg_structure(inside, reference):
    """Weights and batch norms have the sizes that the configuration states, and the classifier is 512 to 10."""
    same_structure(inside, reference, VGG, images(2, 3, 32, 32))


@task("vgg")
def test_vgg_running_statistics(inside, reference):
    """Passes in train mode move the running statistics that eval mode then uses."""
    question = (VGG, images(4, 3, 32, 32, seed=17))
    same(inside.eval_after_training(*question), reference.eval_after_training(*question), "the output in eval mode")
