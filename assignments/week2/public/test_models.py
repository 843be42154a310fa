"""Week 2, public: the nets. Every line with `inside` runs beside your code.

Your net is filled with weights that depend on the shapes of its parameters alone, whatever you called them. A correct net then
gives the numbers below for the images below.
"""

import torch

from cnngrade.judge.suite import images, same, task, tensor

FULLY_CONNECTED = [-3.10028, -0.90431, -3.97733, -3.98891, -4.97353, -2.74692, -3.31090, -2.40778, -1.49702, -2.39088]
SMALL_CNN = [-5.62514, -3.99594, -1.58953, -4.06150, -1.93495, -3.97915, -0.65718, -4.45893, -3.01096, -4.23379]
LENET5 = [-0.32729, 0.16504, 0.12352, 0.06154, -0.00077, -0.30968, 0.42186, 0.71097, 0.07796, 0.29558]
CIFARNET = [-3.11905, -1.48997, -0.07222, 1.51066, -0.85106, 1.08324, -1.44193, 2.36015, -2.00008, 0.69878]
VGG = [3.15073, 6.93109, 5.31609, -7.93588, 5.1112, 8.01635, 2.6289, -0.58553, 0.8437, -1.0868]


def check(inside, symbol, parameters, x, first_row):
    got = inside.structure(f"models.py:{symbol}", x)
    same(got["parameters"], parameters, "the number of trainable parameters")
    output = tensor(inside.forward(f"models.py:{symbol}", x)["output"], (len(x), 10), "the output")
    same(output[0], torch.tensor(first_row), "the output for the first image", atol=1e-3)


@task("fully-connected")
def test_fully_connected_public(inside):
    """`FullyConnected()` has 6,442 parameters and gives log-probabilities."""
    check(inside, "FullyConnected", 6442, images(2, 1, 28, 28, seed=101), FULLY_CONNECTED)


@task("small-cnn")
def test_small_cnn_public(inside):
    """`SmallCNN()` has 6,422 parameters and gives log-probabilities."""
    check(inside, "SmallCNN", 6422, images(2, 1, 28, 28, seed=102), SMALL_CNN)


@task("lenet")
def test_lenet_public(inside):
    """`LeNet5()` has 61,706 parameters and gives logits."""
    check(inside, "LeNet5", 61706, images(2, 1, 28, 28, seed=103), LENET5)


@task("cifarnet")
def test_cifarnet_public(inside):
    """`CifarNet()` has 62,006 parameters and gives logits."""
    check(inside, "CifarNet", 62006, images(2, 3, 32, 32, seed=104), CIFARNET)


@task("vgg")
def test_vgg_public(inside):
    """`VGG()` has 9,228,362 parameters (biases in front of a batch norm not counted) and gives logits."""
    check(inside, "VGG", 9228362, images(2, 3, 32, 32, seed=105), VGG)
