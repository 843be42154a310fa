"""Week 1, public: broadcasting, indexing, the first gradient. Every line with `inside` runs beside your code."""

import torch

from cnngrade.judge.suite import same, task


@task("standardize")
def test_standardize_public(inside):
    """`standardize` scales to [0, 1], subtracts the mean and divides by the deviation, channel by channel."""
    grey = torch.tensor([[[0, 51], [102, 255]]], dtype=torch.uint8)
    expected = torch.tensor([[[-1.0, -0.2], [0.6, 3.0]]])
    same(inside.standardized(grey, 0.25, 0.25)["value"], expected, "one grey image, mean 0.25, std 0.25", atol=1e-5)
    colour = torch.tensor([0, 255], dtype=torch.uint8).reshape(1, 2, 1, 1).repeat(1, 1, 2, 3)
    expected = torch.tensor([-5.0, 1.0]).reshape(1, 2, 1, 1).repeat(1, 1, 2, 3)
    same(inside.standardized(colour, (0.5, 0.75), (0.1, 0.25))["value"], expected, "two channels", atol=1e-5)


@task("indexing")
def test_indexing_public(inside):
    """`pick` gives a[rows[i], columns[i]] for each i, `above` the numbers above the threshold, row by row."""
    a = torch.tensor([[1.0, 7.0, 3.0], [4.0, 5.0, 6.0]])
    got = inside.call("tensors.py:pick", a, torch.tensor([1, 0, 1]), torch.tensor([2, 1, 0]))
    same(got, torch.tensor([6.0, 7.0, 4.0]), "pick of 1 7 3 / 4 5 6 at (1,2), (0,1), (1,0)")
    same(
        inside.call("tensors.py:above", a, 4.5), torch.tensor([7.0, 5.0, 6.0]), "above of 1 7 3 / 4 5 6, threshold 4.5"
    )


@task("autograd")
def test_autograd_example_public(inside):
    """`autograd_example` returns 27.0 and the gradient, 4.5 in all four places."""
    same(inside.call("tensors.py:autograd_example"), (27.0, torch.full((2, 2), 4.5)), "(out, gradient)")
