"""Week 1, hidden: broadcasting, indexing, the first gradient. Every line with `inside` runs beside the student's code."""

import pytest
import torch

from cnngrade.judge.suite import images, integers, of_type, pixels, rng, same, task

PICK, ABOVE, AUTOGRAD = "tensors.py:pick", "tensors.py:above", "tensors.py:autograd_example"


def standard(x, mean, std):
    """What is expected: channel by channel, in double precision."""
    scaled = x.double() / 255
    if isinstance(mean, float):
        return ((scaled - mean) / std).float()
    channels = [(scaled[:, c] - mean[c]) / std[c] for c in range(x.shape[1])]
    return torch.stack(channels, dim=1).float()


CASES = {
    "grey": ((4, 5, 6), 0.1307, 0.3081),
    "one-grey": ((1, 7, 3), 0.5, 0.25),
    "colour": ((2, 3, 5, 4), (0.4914, 0.4822, 0.4465), (0.2023, 0.1994, 0.2010)),
    "width-like-channels": ((2, 3, 5, 3), (0.1, 0.4, 0.9), (0.5, 0.2, 1.5)),
    "batch-like-channels": ((3, 3, 4, 6), (0.9, 0.2, 0.5), (2.0, 0.3, 0.7)),
    "one-image": ((1, 2, 2, 2), (0.3, 0.6), (0.2, 0.9)),
    "one-channel": ((5, 1, 4, 6), (0.1307,), (0.3081,)),
}


@task("standardize")
@pytest.mark.parametrize("case", CASES)
def test_standardize(inside, case):
    """`standardize` gives float32 in the same layout: scaled to [0, 1], less the channel's mean, over its deviation."""
    shape, mean, std = CASES[case]
    x = pixels(*shape, seed=1)
    same(inside.standardized(x, mean, std)["value"], standard(x, mean, std), atol=1e-5)


@task("standardize")
def test_standardize_black_images(inside):
    """Black images are scaled as all others: bytes of 0 and 1 are divided by 255 too."""
    for shape, mean, std in (((3, 5, 4), 0.1307, 0.3081), ((2, 2, 3, 4), (0.3, 0.6), (0.2, 0.9))):
        x = integers(2, *shape, seed=10).to(torch.uint8)
        same(inside.standardized(x, mean, std)["value"], standard(x, mean, std), atol=1e-5)


@task("standardize")
@pytest.mark.parametrize("case", ["grey", "colour"])
def test_standardize_leaves_its_arguments(inside, case):
    """`standardize` accepts images that are not contiguous in memory, and leaves them as they were."""
    shape, mean, std = CASES[case]
    x = pixels(*shape, seed=2)
    for gaps in (True, False):
        got = inside.standardized(x, mean, std, gaps=gaps)
        same(got["value"], standard(x, mean, std), atol=1e-5)
        same(got["images"], x, "the images afterwards")


@task("indexing")
@pytest.mark.parametrize(("height", "width", "count"), [(3, 3, 3), (5, 4, 7), (2, 9, 1), (6, 6, 6)])
def test_pick(inside, height, width, count):
    """`pick(a, rows, columns)` gives a[rows[i], columns[i]] for each i, as a vector."""
    a, rows, columns = images(height, width, seed=3), integers(height, count, seed=4), integers(width, count, seed=5)
    expected = torch.stack([a[r, c] for r, c in zip(rows.tolist(), columns.tolist(), strict=True)])
    same(inside.call(PICK, a, rows, columns), expected, "pick(a, rows, columns)", rtol=0, atol=0)


@task("indexing")
def test_pick_keeps_integers(inside):
    """What is picked from a matrix of integers is integers."""
    a, rows, columns = torch.tensor([[1, 2], [3, 4], [5, 6]]), torch.tensor([0, 1, 2]), torch.tensor([0, 1, 0])
    same(inside.call(PICK, a, rows, columns), torch.tensor([1, 4, 5]), "pick of 1 2 / 3 4 / 5 6 at (0,0), (1,1), (2,0)")
    a, rows, columns = integers(1000, 4, 5, seed=11), integers(4, 8, seed=12), integers(5, 8, seed=13)
    same(inside.call(PICK, a, rows, columns), a[rows, columns], "pick(a, rows, columns), a of whole numbers")


def greater(a, threshold):
    """What is expected of `above`, number by number."""
    return torch.tensor([value for value in a.flatten().tolist() if value > threshold])


@task("indexing")
@pytest.mark.parametrize("shape", [(4, 5), (3, 3), (7, 2), (6,)])
def test_above(inside, shape):
    """`above(a, threshold)` gives the numbers above the threshold as a vector, row by row: all, some or none."""
    a = images(*shape, seed=6)
    for threshold in (0.25, -0.5, -10.0, 10.0):
        same(inside.call(ABOVE, a, threshold), greater(a, threshold), f"above(a, {threshold})", rtol=0, atol=0)


@task("indexing")
def test_above_is_strict(inside):
    """A number equal to the threshold is not above it."""
    a = torch.tensor([[1.0, 2.0, 3.0], [2.0, -2.0, 5.0]])
    same(inside.call(ABOVE, a, 2.0), torch.tensor([3.0, 5.0]), "above of 1 2 3 / 2 -2 5, threshold 2")
    a = torch.cat([a, integers(8, 4, 3, seed=14) - 2.0])
    same(inside.call(ABOVE, a, 2.0), greater(a, 2.0), f"above({a.int().tolist()}, 2.0)")


@task("indexing")
def test_indexing_leaves_its_arguments(inside):
    """`pick` and `above` accept matrices that are not contiguous in memory, and leave them as they were."""
    a, rows, columns = images(5, 4, seed=7), integers(5, 6, seed=8), integers(4, 6, seed=9)
    for probe in (inside.call_strided, inside.call_packed):
        got = probe(PICK, a, rows, columns)
        same(got["value"], a[rows, columns], "pick(a, rows, columns)", rtol=0, atol=0)
        same(got["arguments"], [a, rows, columns], "the arguments afterwards", rtol=0, atol=0)
        got = probe(ABOVE, a, 0.0)
        same(got["value"], a[a > 0], "above(a, 0)", rtol=0, atol=0)
        same(got["arguments"], [a, 0.0], "the arguments afterwards", rtol=0, atol=0)


OUT, GRADIENT = 27.0, torch.full((2, 2), 4.5)


@task("autograd")
def test_autograd_example(inside):
    """`autograd_example` returns the mean of 3 (x + 2)^2 at x = ones(2, 2) as a float, and autograd's gradient for x."""
    same(inside.call(AUTOGRAD), (OUT, GRADIENT), "(out, gradient)")
    # The answer is the same for everybody, so what is asked for is not it: gradients are linear in where autograd begins.
    beginnings = [rng(15).uniform(2, 9)]
    (again,) = of_type(inside.differentiated_from(AUTOGRAD, beginnings), list)
    same(again, (OUT, beginnings[0] * GRADIENT), described(beginnings[0]))


@task("autograd")
def test_autograd_example_again(inside):
    """Further calls give the same: gradients do not pile up."""
    beginnings = [rng(seed).uniform(2, 9) for seed in (16, 17, 18)]
    answers = of_type(inside.differentiated_from(AUTOGRAD, beginnings), list)
    same(len(answers), len(beginnings), "the number of answers")
    for beginning, answer in zip(beginnings, answers, strict=True):
        same(answer, (OUT, beginning * GRADIENT), described(beginning))


def described(beginning):
    return (
        f"(out, gradient), where autograd begins at out with {beginning:.5g} instead of 1 and comes to other gradients"
    )
