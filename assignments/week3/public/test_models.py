"""Week 3, public: AlexNet, VGG-11, NiN and their blocks. Every line with `inside` runs beside your code.

In eval mode your net is filled with weights that depend on the shapes of its parameters alone, whatever you called them.
A correct net then gives the numbers below for the image below. In train mode every weight copies one number and every bias is
1: on an image of ones each output then tells what was dropped on its way.
"""

import torch

from cnngrade.judge.suite import expect, images, same, task, tensor

ALEXNET = [-3.17099, -9.48009, -1.04312, 9.29772, -1.93574, 3.62041, 1.16114, -9.09468, -1.31563, 6.80909]
VGG11 = [0.1705, -8.4378, -2.53648, 7.02013, 3.58048, 0.98832, 4.04108, -5.73319, -8.46859, -3.49338]
NIN = [1.14674, 0.12504, 0.81935, 0.00713, 0.18162, 1.77979, 0.7229, 0.05452, 2.8619, 0.36771]
VGG_BLOCK = [
    [[0.38365, 1.13415, 0.33248], [3.23818, 1.71606, 0.35575]],
    [[0.74959, 2.63118, 2.11412], [1.17779, 1.28726, 1.48817]],
    [[3.81069, 3.44319, 5.71496], [3.09506, 1.95257, 3.88098]],
]
NIN_BLOCK = [
    [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.21807, 0.21145, 0.0]],
    [[2.1406, 0.0, 0.79005], [0.0, 0.0, 0.0], [0.1098, 0.12515, 1.33984]],
    [[1.01519, 2.73152, 0.41023], [2.99556, 2.49894, 1.03082], [0.03826, 0.0422, 0.6565]],
]

# Numbers that one output reads, and taps of its kernel, of the weights with a kernel larger than 1x1.
ALEXNET_KERNELS = [[121, 121], [96 * 25, 25], [256 * 9, 9], [384 * 9, 9], [256 * 25, 25]]
VGG_KERNELS = [[9, 9], [64 * 9, 9], [128 * 9, 9], [256 * 9, 9], [512 * 9, 9], [512 * 49, 49]]


def check(inside, symbol, parameters, seed, output):
    """The net's parameters, and its output in eval mode for one image."""
    got = inside.examined(f"models.py:{symbol}", images(1, 1, 224, 224, seed=seed), {}, gradients=False)
    same(got["parameters"], parameters, "the number of trainable parameters")
    same(got["output"], torch.tensor([output]), "the output in eval mode", atol=1e-3)


def check_dropout(inside, symbol, kernels, possible, undropped):
    """In train mode every output is one of the possible numbers; in eval mode it is what it is without dropout."""
    got = inside.wired(f"models.py:{symbol}", torch.ones(1, 1, 224, 224), kernels, {}, gradients=False)
    for output in (tensor(got["first"], (1, 10), "the output"), tensor(got["second"], (1, 10), "the output")):
        for value in output.flatten().tolist():
            near = any(abs(value - other) < 1e-3 * other for other in possible)
            wanted = ", ".join(f"{other:.4g}" for other in possible)
            expect(near, f"in train mode an output is {value:.5g}, and can only be one of {wanted}")
    same(got["eval"], torch.full((1, 10), undropped), "the output in eval mode")


@task("alexnet")
def test_alexnet_public(inside):
    """`AlexNet()` has 46,764,746 parameters and gives logits."""
    check(inside, "AlexNet", 46_764_746, 101, ALEXNET)


@task("alexnet")
def test_alexnet_dropout_public(inside):
    """In train mode `AlexNet` drops units of its two hidden linear layers and doubles the others."""
    check_dropout(inside, "AlexNet", ALEXNET_KERNELS, [1.0, 3.0, 31.0], 9.0)


@task("vgg-block")
def test_vgg_block_public(inside):
    """`vgg_block` computes convolutions 3x3 with ReLU and one max-pool 2, also for an image of 5x6."""
    arguments = {"num_convs": 2, "in_channels": 2, "out_channels": 3}
    got = inside.forward("models.py:vgg_block", images(1, 2, 5, 6, seed=104), arguments)
    same(got["output"], torch.tensor([VGG_BLOCK]), "the output", atol=1e-3)


@task("vgg11")
def test_vgg11_public(inside):
    """`VGG11()` has 128,806,154 parameters and gives logits."""
    check(inside, "VGG11", 128_806_154, 102, VGG11)


@task("vgg11")
def test_vgg11_dropout_public(inside):
    """In train mode `VGG11` drops units of its two hidden linear layers and doubles the others."""
    check_dropout(inside, "VGG11", VGG_KERNELS, [1.0, 3.0, 43.0], 12.0)


@task("nin-block")
def test_nin_block_public(inside):
    """`nin_block` computes one convolution and two 1x1 convolutions, each with ReLU, also with stride 2 on 7x8."""
    arguments = {"in_channels": 2, "out_channels": 3, "kernel_size": 3, "stride": 2, "padding": 0}
    got = inside.forward("models.py:nin_block", images(1, 2, 7, 8, seed=105), arguments)
    same(got["output"], torch.tensor([NIN_BLOCK]), "the output", atol=1e-3)


@task("global-average-pool")
def test_global_average_pool_public(inside):
    """`global_average_pool` gives the mean of every feature map, here of 2x3 places."""
    x = torch.tensor([[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], [[0.0, 0.0, 0.0], [0.0, 0.0, 12.0]]]])
    same(inside.call("models.py:global_average_pool", x), torch.tensor([[3.5, 2.0]]))


@task("nin")
def test_nin_public(inside):
    """`NiN()` has 1,992,166 parameters and gives logits."""
    check(inside, "NiN", 1_992_166, 103, NIN)


@task("nin")
def test_nin_dropout_public(inside):
    """In train mode `NiN` drops places of the 5x5 maps in front of its last block and doubles the others."""
    check_dropout(inside, "NiN", ALEXNET_KERNELS[:4], [3 + 0.8 * kept for kept in range(26)], 13.0)
