"""Week 2, hidden: counting, the loop, the evaluation, the permutation, and what training reaches.

The loops are judged by their trajectory: from the same start, on the same batches, with the same optimiser, the parameters
after some steps agree with the reference's to rounding, or they do not.
"""

import pytest
import torch

from cnngrade.judge.suite import expect, images, of_type, reaches_threshold, same, task

SIZES = pytest.mark.parametrize("sizes", [[8, 8, 8], [7, 7, 3], [1, 4], [5]], ids=["even", "rest", "one", "single"])
MODES = pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])


def problem(sizes, seed):
    """Images (N, 1, 6, 6) and labels (N,) of a small problem with five classes."""
    count = sum(sizes)
    labels = torch.randint(0, 5, (count,), generator=torch.Generator().manual_seed(seed))
    return images(count, 1, 6, 6, seed=seed) + 0.5 * labels.reshape(-1, 1, 1, 1), labels


@task("count-parameters")
@pytest.mark.parametrize(("kind", "expected"), [("plain", 689), ("frozen", 14), ("shared", 689), ("own", 12)])
def test_count_parameters(inside, kind, expected):
    """`count_parameters` counts the elements of the parameters that training changes: not the frozen, shared ones once."""
    same(inside.counted(kind), expected, f"count_parameters of a {kind} model")


@task("train-epoch")
@SIZES
@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_train_epoch_trajectory(inside, reference, sizes, optimizer):
    """After one epoch of `train_epoch` the parameters are those of one optimiser step for every batch."""
    x, y = problem(sizes, seed=20)
    question = (x, y, sizes, optimizer, True)
    got, expected = inside.train_steps(*question), reference.train_steps(*question)
    same(got["state"], expected["state"], "the model's state", rtol=1e-3, atol=1e-3)


@task("train-epoch")
@SIZES
def test_train_epoch_loss(inside, reference, sizes):
    """`train_epoch` returns the mean loss over the samples, as a float, also when the last batch is smaller."""
    x, y = problem(sizes, seed=21)
    question = (x, y, sizes, "sgd", True)
    got, expected = inside.train_steps(*question), reference.train_steps(*question)
    same(got["losses"], expected["losses"], "the mean loss")


@task("train-epoch")
def test_train_epoch_sets_train_mode(inside, reference):
    """`train_epoch` trains in train mode, even when the model comes in eval mode."""
    x, y = problem([6, 6], seed=22)
    question = (x, y, [6, 6], "sgd", False)
    got, expected = inside.train_steps(*question), reference.train_steps(*question)
    same(got["state"], expected["state"], "the model's state", rtol=1e-3, atol=1e-3)


@task("train-epoch")
def test_train_epoch_again(inside, reference):
    """Three epochs in a row are three times one epoch: nothing is kept between them but model and optimiser."""
    x, y = problem([6, 6, 2], seed=23)
    question = (x, y, [6, 6, 2], "momentum", True, 3)
    got, expected = inside.train_steps(*question), reference.train_steps(*question)
    same(got["losses"], expected["losses"], "the mean losses of three epochs")
    same(got["state"], expected["state"], "the model's state", rtol=1e-3, atol=1e-3)


@task("evaluate")
@SIZES
@MODES
def test_evaluate_result(inside, reference, sizes, training):
    """`evaluate` returns the mean loss over the samples and the accuracy in [0, 1], as floats, in eval mode."""
    x, y = problem(sizes, seed=24)
    question = (x, y, sizes, training)
    same(inside.evaluation(*question)["result"], reference.evaluation(*question)["result"], "(loss, accuracy)")


@task("evaluate")
@MODES
def test_evaluate_keeps_the_mode(inside, training):
    """`evaluate` leaves the model in the mode in which it found it."""
    x, y = problem([4, 4], seed=25)
    got = inside.evaluation(x, y, [4, 4], training)
    same(got["training"], training, "model.training afterwards")


@task("evaluate")
@MODES
def test_evaluate_changes_nothing(inside, training):
    """`evaluate` records no gradients and changes no parameter, no running statistic and no setting of the model."""
    x, y = problem([4, 4, 1], seed=26)
    got = inside.evaluation(x, y, [4, 4, 1], training)
    expect(of_type(got["asked"], int) > 0, "loss_fn was never called")
    expect(got["recorded"] is False, "the forward pass records gradients: nothing of it will be differentiated")
    expect(got["unchanged"] is True, "the model's parameters or running statistics are not what they were before")
    same(got["gradients"], 0, "the number of parameters that got a gradient")
    expect(got["trainable"] is True, "parameters that required gradients before do not any more")
    expect(got["grad_enabled"] is True, "gradients are switched off for everything that comes afterwards")


PERMUTED = "training.py:permute_pixels"


def order(count, seed):
    return torch.randperm(count, generator=torch.Generator().manual_seed(seed))


@task("permute-pixels")
@pytest.mark.parametrize("shape", [(4, 1, 28, 28), (3, 3, 5, 8), (1, 1, 6, 2), (2, 2, 1, 7)])
def test_permute_pixels(inside, shape):
    """`permute_pixels` puts pixel `permutation[i]` at place i, in every image and channel alike, and keeps the shape."""
    x, permutation = images(*shape, seed=27), order(shape[2] * shape[3], seed=28)
    same(inside.call(PERMUTED, x, permutation), x.flatten(2)[:, :, permutation].reshape(shape), rtol=0, atol=0)


@task("permute-pixels")
def test_permute_pixels_leaves_its_arguments(inside):
    """`permute_pixels` accepts images that are not contiguous in memory, and leaves its arguments unchanged."""
    x, permutation = images(3, 2, 4, 6, seed=29), order(24, seed=30)
    got = inside.call_strided(PERMUTED, x, permutation)
    same(got["value"], x.flatten(2)[:, :, permutation].reshape(x.shape), rtol=0, atol=0)
    same(got["arguments"], [x, permutation], "the arguments afterwards", rtol=0, atol=0)


@task("permute-pixels")
def test_permute_pixels_identity(inside):
    """The permutation 0, 1, 2, ... changes nothing."""
    x = images(2, 3, 4, 5, seed=32)
    same(inside.call(PERMUTED, x, torch.arange(20)), x, rtol=0, atol=0)


@task("lenet-accuracy")
@pytest.mark.parametrize("batch_size", [16, 25])
def test_train_lenet_uses_its_epochs(inside, batch_size):
    """`train_lenet` trains a network in as many epochs as it is told to: twice as many take twice the steps."""
    x, y = images(50, 1, 28, 28, seed=31), torch.arange(50) % 10
    one = inside.short_run(x, y, batch_size, 1)
    two = inside.short_run(x, y, batch_size, 2)
    # A loop without a torch optimiser takes no steps that could be counted; its accuracy will tell.
    same(two["steps"], 2 * of_type(one["steps"], int), "optimiser steps in two epochs")


@task("lenet-accuracy")
def test_lenet_accuracy(inside, contest, readings, figures):
    """LeNet-5, trained by `train_lenet`, classifies held-back images well enough."""
    reaches_threshold(inside, contest, readings, figures)


@task("cifarnet-accuracy")
def test_cifarnet_accuracy(inside, contest, readings, figures):
    """`CifarNet`, trained by `train_epoch` with Adam, classifies held-back images well enough."""
    reaches_threshold(inside, contest, readings, figures)


@task("vgg-accuracy")
def test_vgg_accuracy(inside, contest, readings, figures):
    """`VGG`, trained by `train_epoch` with Adam, classifies held-back images well enough."""
    reaches_threshold(inside, contest, readings, figures)


@task("permutation-experiment")
def test_permutation_experiment(inside, contest, readings, figures):
    """`FullyConnected` and `SmallCNN`, trained by `train_epoch`, learn to read digits, permuted by `permute_pixels` or not."""
    reaches_threshold(inside, contest, readings, figures)
