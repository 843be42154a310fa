"""Week 4, public: Inception blocks and nets. Every line with `inside` runs beside your code.

Your block or net is filled with weights that depend on the shapes of its parameters alone, whatever you called them. A correct
one then gives the numbers below for the input below.
"""

import torch

from cnngrade.judge.suite import images, reaches_threshold_publicly, same, task, tensor

# One number of each path: channels 0, 20, 50 and 80 (of 88); channels 0, 6, 12 and 16 (of 18).
INCEPTION = [-1.57860, -1.36998, -0.38552, 1.25451]
INCEPTION_V1 = [1.18659, 2.45131, 1.99400, 2.66652]
MINI_GOOGLENET = [-1.29776, -11.95772, -6.98916, -20.36001, 17.80706, 8.21970, 11.72207, -13.33368, 0.92427, 4.90394]
GOOGLENET = [15.32053, 6.05962, -4.30406, 2.76550, 6.46737, 0.98722, -1.24023, 4.85114, -3.60244, 5.08136]
WIDTHS = {"in_channels": 5, "c1": 4, "c2": (3, 6), "c3": (2, 5), "c4": 3}


def check(inside, symbol, x, arguments, parameters):
    got = inside.structure(f"inception.py:{symbol}", x, arguments)
    same(got["parameters"], parameters, "the number of trainable parameters")
    return inside.forward(f"inception.py:{symbol}", x, arguments)["output"]


@task("inception")
def test_inception_public(inside):
    """`Inception(10)` has 19,104 parameters and gives 88 channels of the same height and width."""
    got = check(inside, "Inception", images(2, 10, 6, 9, seed=101), {"in_channels": 10}, 19104)
    output = tensor(got, (2, 88, 6, 9), "the output")
    same(output[0, [0, 20, 50, 80], 0, 3], torch.tensor(INCEPTION), "a number of each path", atol=1e-3)


@task("mini-googlenet")
def test_mini_googlenet_public(inside):
    """`MiniGoogLeNet()` has 97,298 parameters and gives logits."""
    got = check(inside, "MiniGoogLeNet", images(2, 1, 28, 28, seed=102), {}, 97298)
    same(tensor(got, (2, 10), "the output")[0], torch.tensor(MINI_GOOGLENET), "the first image's logits", atol=1e-3)


@task("inception-v1")
def test_inception_v1_public(inside):
    """`InceptionV1(5, 4, (3, 6), (2, 5), 3)` has 495 parameters and gives 18 channels of the same height and width."""
    got = check(inside, "InceptionV1", images(2, 5, 8, 5, seed=103), WIDTHS, 495)
    output = tensor(got, (2, 18, 8, 5), "the output")
    same(output[1, [0, 6, 12, 16], 3, 2], torch.tensor(INCEPTION_V1), "a number of each path", atol=1e-3)


@task("googlenet")
def test_googlenet_public(inside):
    """`GoogLeNet()` has 5,977,530 parameters and gives logits."""
    got = check(inside, "GoogLeNet", images(2, 1, 64, 96, seed=104), {}, 5977530)
    same(tensor(got, (2, 10), "the output")[0], torch.tensor(GOOGLENET), "the first image's logits", atol=1e-3)


@task("mini-googlenet-accuracy")
def test_mini_googlenet_accuracy_public(inside, contest, figures):
    """`MiniGoogLeNet`, trained with Adam, classifies images well enough that training has not seen."""
    reaches_threshold_publicly(inside, contest, figures)
