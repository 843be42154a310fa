"""Week 2, public: counting, the loop, the evaluation, the permutation, the accuracy. Lines with `inside` run your code."""

import torch

from cnngrade.judge.suite import images, reaches_threshold_publicly, same, task

TRAIN_LOSS = 1.861942
TRAIN_BIAS = [0.17146, -0.02239, -0.15292, -0.10641, 0.03636]
EVALUATED = (2.369887, 0.2)


def problem():
    """Ten images (10, 1, 6, 6) and labels (10,) of a small problem with five classes, cut into batches of 4, 4 and 2."""
    return images(10, 1, 6, 6, seed=106), torch.arange(10) % 5, [4, 4, 2]


def layers(frozen=()):
    """The layers of a model; `frozen` names the parameters of its convolution and its linear layer that are not trained."""
    return [
        {"layer": "conv", "sizes": [3, 7, 5], "frozen": list(frozen)},
        {"layer": "norm", "sizes": [7]},
        {"layer": "linear", "sizes": [11, 13], "bias": False, "frozen": list(frozen[:1])},
    ]


@task("count-parameters")
def test_count_parameters_public(inside):
    """`count_parameters` counts the elements of all parameters, and leaves out those that are frozen."""
    what = "count_parameters of a conv 3-7@5x5, a batch norm and a linear 11-13 without bias"
    same(inside.counted(layers()), 689, what)
    same(inside.counted(layers(frozen=["weight", "bias"])), 14, "count_parameters when only the batch norm is trained")


@task("train-epoch")
def test_train_epoch_public(inside):
    """`train_epoch` takes one optimiser step for every batch and returns the mean loss over the samples."""
    got = inside.train_steps(*problem(), "sgd", True)
    same(got["losses"], [TRAIN_LOSS], "the mean loss")
    same(got["state"]["fc.bias"], torch.tensor(TRAIN_BIAS), "a bias after the epoch", atol=1e-3)


@task("evaluate")
def test_evaluate_public(inside):
    """`evaluate` returns mean loss and accuracy over the samples, and leaves the model in the mode in which it found it."""
    got = inside.evaluation(*problem(), True)
    same(got["result"], EVALUATED, "(loss, accuracy)")
    same(got["training"], True, "model.training afterwards")


@task("permute-pixels")
def test_permute_pixels_public(inside):
    """`permute_pixels` puts pixel `permutation[i]` at place i and keeps the shape."""
    x = torch.tensor([[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]])
    got = inside.call("training.py:permute_pixels", x, torch.tensor([5, 0, 1, 2, 3, 4]))
    same(got, torch.tensor([[[[6.0, 1.0, 2.0], [3.0, 4.0, 5.0]]]]), "permute_pixels of 1 2 3 / 4 5 6")


@task("lenet-accuracy")
def test_lenet_accuracy_public(inside, contest, figures):
    """LeNet-5, trained by `train_lenet`, classifies images well enough that training has not seen."""
    reaches_threshold_publicly(inside, contest, figures)


@task("cifarnet-accuracy")
def test_cifarnet_accuracy_public(inside, contest, figures):
    """`CifarNet`, trained by `train_epoch` with Adam, classifies images well enough that training has not seen."""
    reaches_threshold_publicly(inside, contest, figures)


@task("vgg-accuracy")
def test_vgg_accuracy_public(inside, contest, figures):
    """`VGG`, trained by `train_epoch` with Adam, classifies images well enough that training has not seen."""
    reaches_threshold_publicly(inside, contest, figures)


@task("permutation-experiment")
def test_permutation_experiment_public(inside, contest, figures):
    """`FullyConnected` and `SmallCNN`, trained by `train_epoch`, learn to read digits, permuted by `permute_pixels` or not."""
    reaches_threshold_publicly(inside, contest, figures)
