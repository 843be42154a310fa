"""Week 4, public: batch normalisation, with numbers that you can check with a pencil. Lines with `inside` run your code."""

import torch

from cnngrade.judge.suite import same, task

# Two channels of four samples. Channel 0: mean 5, biased variance 5, unbiased 20/3. Channel 1: mean 1, variance 9, 12.
X = torch.tensor([[2.0, 4.0], [4.0, -2.0], [6.0, 4.0], [8.0, -2.0]])
GAMMA, BETA = torch.tensor([1.0, 2.0]), torch.tensor([0.0, 0.5])
MEAN, VAR = torch.tensor([1.0, 0.0]), torch.tensor([4.0, 1.0])
ROW = torch.tensor([[1.0, 1.0], [0.0, 0.0], [0.0, 0.0], [0.0, 0.0]])  # the direction of the gradient: the first sample


@task("batch-norm")
def test_training_public(inside):
    """In training a batch is normalised with its own mean and biased variance, and the gradient flows through both."""
    got = inside.normalised(X, GAMMA, BETA, MEAN, VAR, ROW, True)
    y = torch.tensor([[-1.341640, 2.5], [-0.447213, -1.5], [0.447213, 2.5], [1.341640, -1.5]])
    same(got["y"], y, "y")
    gradient = torch.tensor([[0.134165, 0.333333], [-0.178885, 0.0], [-0.044721, -0.333333], [0.089442, 0.0]])
    same(
        got["gradients"],
        {"x": gradient, "gamma": torch.tensor([-1.341640, 1.0]), "beta": torch.ones(2)},
        "the gradient",
        atol=1e-3,
    )


@task("batch-norm")
def test_training_maps_public(inside):
    """In feature maps (N, C, H, W) every channel is normalised over the batch, the rows and the columns."""
    x = torch.tensor([[[[2.0, 4.0]], [[4.0, -2.0]]], [[[6.0, 8.0]], [[4.0, -2.0]]]])
    got = inside.normalised(x, GAMMA, BETA, MEAN, VAR, torch.ones(2, 2, 1, 2), True)
    same(got["y"][:, 0].flatten(), torch.tensor([-1.341640, -0.447213, 0.447213, 1.341640]), "the first channel of y")


@task("batch-norm-statistics")
def test_running_statistics_public(inside):
    """In training the running statistics move by `momentum` towards the batch's mean and unbiased variance."""
    got = inside.normalised(X, GAMMA, BETA, MEAN, VAR, ROW, True, momentum=0.25)
    same(got["running"], {"mean": torch.tensor([2.0, 0.25]), "variance": torch.tensor([4.666667, 3.75])}, "running")
    same(got["recorded"], [], "the running statistics that require a gradient (every batch's graph would be kept)")


@task("batch-norm-eval")
def test_eval_public(inside):
    """In eval mode the running statistics normalise, and stay as they are."""
    got = inside.normalised(X, GAMMA, BETA, MEAN, VAR, ROW, False)
    y = torch.tensor([[0.5, 8.5], [1.5, -3.5], [2.5, 8.5], [3.5, -3.5]])
    same(got["y"], y, "y")
    same(got["running"], {"mean": MEAN, "variance": VAR}, "running")


@task("batch-norm-module")
def test_module_public(inside):
    """`BatchNorm2d` has two parameters and two buffers, normalises, and remembers what eval mode needs."""
    x = X.reshape(4, 2, 1, 1)
    got = inside.module_run([2], {}, [x, x], [True, False], 0.0)
    same(len(got["parameters"]), 2, "the number of parameters")
    first = torch.tensor([-1.341640, -0.447213, 0.447213, 1.341640])
    same(got["outputs"][0][:, 0].flatten(), first, "the first channel in train mode")
    # The running mean is 0.5 now, the running variance 0.9 + 0.1 * 20/3.
    second = torch.tensor([1.198399, 2.796264, 4.394130, 5.991995])
    same(got["outputs"][1][:, 0].flatten(), second, "the first channel in eval mode")
