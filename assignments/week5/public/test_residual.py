"""Week 5, public: residual blocks and nets. Every line with `inside` runs beside your code.

Your net is filled with weights that depend on the shapes of its parameters alone, whatever you called them. A correct net then
gives the numbers below for the maps below. In nets with batch norm the convolutions' biases are yours to choose: they are
set to zero here, and not counted.
"""

import torch

from cnngrade.judge.suite import images, reaches_threshold_publicly, same, task, tensor

PLAIN_ROW = [0.8281, 0.37878, 0.22564, 0.0]
MINI_RESNET = [9.40762, 4.77466, -11.40268, -5.47808, 6.16529, 6.11113, 3.5231, -0.78248, 1.43344, 0.73109]
SAME_SHAPE = [[1.46546, 0.0, 0.90704, 0.0], [1.16457, 0.0, 0.60905, 0.77222], [1.74001, 0.0, 0.0, 1.8115]]
STRIDE_TWO = [[0.0, 0.0, 0.04833], [0.0, 0.0, 0.0], [2.05439, 3.77121, 0.97621]]
RESNET18 = [65.56072, 7.00118, 4.16026, -130.20636, 63.71172, 38.61036, -25.18317, -34.78771, -40.73974, -8.91713]


@task("plain-block")
def test_plain_block_public(inside):
    """`PlainResidualBlock(2)` has 76 parameters and computes relu(x + conv(relu(conv(x))))."""
    x, arguments = images(1, 2, 3, 4, seed=150), {"channels": 2}
    got = inside.structure("residual.py:PlainResidualBlock", x, arguments)
    same(got["parameters"], 76, "the number of trainable parameters")
    output = tensor(
        inside.forward("residual.py:PlainResidualBlock", x, arguments)["output"], (1, 2, 3, 4), "the output"
    )
    same(output[0, 0, 1], torch.tensor(PLAIN_ROW), "the middle row of the first map", atol=1e-3)


@task("mini-resnet")
def test_mini_resnet_public(inside):
    """`MiniResNet()` has 41,514 parameters and gives logits."""
    x = images(2, 1, 28, 28, seed=151)
    same(inside.structure("residual.py:MiniResNet", x)["parameters"], 41514, "the number of trainable parameters")
    output = tensor(inside.forward("residual.py:MiniResNet", x)["output"], (2, 10), "the output")
    same(output[0], torch.tensor(MINI_RESNET), "the output for the first image", atol=1e-3)


@task("residual-block")
def test_residual_block_same_shape_public(inside):
    """`ResidualBlock(3, 3)` keeps the shape and adds its input as it is."""
    x, arguments = images(2, 3, 3, 4, seed=152), {"in_channels": 3, "out_channels": 3}
    got = inside.normed_forward("residual.py:ResidualBlock", x, arguments)
    output = tensor(got["output"], (2, 3, 3, 4), "the output")
    same(output[0, 0], torch.tensor(SAME_SHAPE), "the first map", atol=1e-3)


@task("residual-block")
def test_residual_block_projection_public(inside):
    """`ResidualBlock(2, 3, stride=2)` has 153 parameters, biases of convolutions left out, and projects its input."""
    x, arguments = images(2, 2, 5, 6, seed=153), {"in_channels": 2, "out_channels": 3, "stride": 2}
    got = inside.normed_structure("residual.py:ResidualBlock", x, arguments)
    same(got["parameters"], 153, "the number of trainable parameters (convolutions' biases left out)")
    output = inside.normed_forward("residual.py:ResidualBlock", x, arguments)["output"]
    output = tensor(output, (2, 3, 3, 3), "the output for maps of 5x6")
    same(output[0, 0], torch.tensor(STRIDE_TWO), "the first map", atol=1e-3)


@task("resnet18")
def test_resnet18_public(inside):
    """`ResNet18()` has 11,173,578 parameters, biases of convolutions left out, and gives logits for an image of 40x56."""
    x = images(1, 1, 40, 56, seed=154)
    got = inside.normed_structure("residual.py:ResNet18", x)
    same(got["parameters"], 11173578, "the number of trainable parameters (convolutions' biases left out)")
    output = tensor(inside.normed_forward("residual.py:ResNet18", x)["output"], (1, 10), "the output")
    same(output[0], torch.tensor(RESNET18), "the output", atol=1e-3)


@task("mini-resnet-accuracy")
def test_mini_resnet_accuracy_public(inside, contest, figures):
    """`MiniResNet`, trained by our own loop with Adam, classifies images well enough that training has not seen."""
    reaches_threshold_publicly(inside, contest, figures)
