"""Week 5, public: dense blocks and DenseNet. Every line with `inside` runs beside your code.

As in the other file: weights depend on shapes alone, and the convolutions' biases are set to zero and not counted.
"""

import torch

from cnngrade.judge.suite import images, same, task, tensor

DENSE_PIXEL = [-0.66599, 2.70375, 1.79055, 1.60152, 2.11264, -0.53116, 4.53027, 1.62513]
TRANSITION = [[0.09583, -0.00511, 0.21963], [0.29139, 0.26777, 0.03385]]
DENSENET = [0.13259, -2.3091, -1.45518, 0.61413, 2.76469, 2.1348, 0.88781, 4.17973, -0.08167, 0.19049]


@task("dense-block")
def test_dense_block_public(inside):
    """`DenseBlock(2, 2, 3)` makes 8 channels of 2: the input comes first, then what each conv block adds."""
    x, arguments = images(2, 2, 3, 4, seed=155), {"num_convs": 2, "in_channels": 2, "growth_rate": 3}
    got = inside.normed_structure("densenet.py:DenseBlock", x, arguments)
    same(got["parameters"], 203, "the number of trainable parameters (convolutions' biases left out)")
    output = inside.normed_forward("densenet.py:DenseBlock", x, arguments)["output"]
    output = tensor(output, (2, 8, 3, 4), "the output")
    same(output[0, :2], x[0, :2], "the first two channels, which are the input")
    same(output[0, :, 1, 1], torch.tensor(DENSE_PIXEL), "the channels of one pixel", atol=1e-3)


@task("transition-layer")
def test_transition_public(inside):
    """`TransitionLayer(4, 2)` makes 2 maps of 2x3 of 4 maps of 4x7."""
    x, arguments = images(2, 4, 4, 7, seed=156), {"in_channels": 4, "out_channels": 2}
    output = inside.normed_forward("densenet.py:TransitionLayer", x, arguments)["output"]
    output = tensor(output, (2, 2, 2, 3), "the output")
    same(output[0, 0], torch.tensor(TRANSITION), "the first map", atol=1e-3)


@task("densenet")
def test_densenet_public(inside):
    """`DenseNet()` has 757,322 parameters, biases of convolutions left out, and gives logits for an image of 40x56."""
    x = images(1, 1, 40, 56, seed=157)
    got = inside.normed_structure("densenet.py:DenseNet", x)
    same(got["parameters"], 757322, "the number of trainable parameters (convolutions' biases left out)")
    output = tensor(inside.normed_forward("densenet.py:DenseNet", x)["output"], (1, 10), "the output")
    same(output[0], torch.tensor(DENSENET), "the output", atol=1e-3)


@task("densenet")
def test_densenet_arguments_public(inside):
    """`DenseNet(growth_rate=8, convs_per_block=(1, 2, 1, 3))` has 26,734 parameters, biases of convolutions left out."""
    arguments = {"growth_rate": 8, "convs_per_block": (1, 2, 1, 3)}
    got = inside.normed_structure("densenet.py:DenseNet", images(1, 1, 32, 32, seed=158), arguments)
    same(got["parameters"], 26734, "the number of trainable parameters (convolutions' biases left out)")
