"""Week 2, public: transforms and loaders. Every line with `inside` runs beside your code."""

import torch

from cnngrade.judge.suite import expect, of_type, pixels, same, task, tensor


@task("mnist-transform")
def test_mnist_transform_public(inside):
    """`mnist_transform` gives a float32 tensor (1, 28, 28): pixels scaled to [0, 1], minus 0.1307, over 0.3081."""
    picture = pixels(28, 28, seed=100)
    (got,) = inside.transform("data.py:mnist_transform", picture)
    same(got, (picture.float()[None] / 255 - 0.1307) / 0.3081, "the transformed image", atol=1e-5)


@task("cifar10-train-transform")
def test_cifar10_train_transform_public(inside):
    """`cifar10_train_transform` gives float32 tensors (3, 32, 32), and not the same one every time."""
    results = of_type(inside.transform("data.py:cifar10_train_transform", pixels(32, 32, 3, seed=100), 20), list)
    for got in results:
        same(tensor(got, (3, 32, 32), "the transformed image").dtype, torch.float32, "its dtype")
    expect(
        any(not torch.equal(results[0], other) for other in results),
        "20 passes of one image gave 20 equal tensors: nothing is random",
    )


@task("cifar10-test-transform")
def test_cifar10_test_transform_public(inside):
    """`cifar10_test_transform` only scales to [0, 1] and normalises per channel, the same way every time."""
    picture = pixels(32, 32, 3, seed=100)
    mean = torch.tensor([0.4914, 0.4822, 0.4465]).reshape(3, 1, 1)
    std = torch.tensor([0.2023, 0.1994, 0.2010]).reshape(3, 1, 1)
    for got in inside.transform("data.py:cifar10_test_transform", picture, 3):
        same(got, (picture.permute(2, 0, 1).float() / 255 - mean) / std, "the transformed image", atol=1e-5)


def numbered(size, first):
    """A set of images of one pixel, which is a number counted from `first`, and labels."""
    numbers = torch.arange(first, first + size)
    return numbers.float().reshape(-1, 1, 1, 1), numbers % 10


def images(epoch, name):
    """The images of an epoch's batches."""
    return [tensor(x, (None, 1, 1, 1), f"the {name} loader's images") for x, _ in of_type(epoch, list)]


@task("loaders")
def test_make_loaders_public(inside):
    """`make_loaders` gives a shuffling and an orderly DataLoader, which lose no sample of their sets."""
    train_set, test_set = numbered(50, 0), numbered(30, 10_000)
    got = inside.loaders(train_set, test_set, 16)
    for name, is_loader in zip(("training", "test"), of_type(got["are_loaders"], list), strict=False):
        expect(is_loader is True, f"the {name} loader is no torch.utils.data.DataLoader")
    epochs = of_type(got["epochs"], list)
    expect(len(epochs) == 2, f"expected two loaders, got {len(epochs)}")
    train, test = (images(each[0], name) for each, name in zip(epochs, ("training", "test"), strict=True))
    same([len(x) for x in train], [16, 16, 16, 2], "the training loader's batch sizes")
    same([len(x) for x in test], [16, 14], "the test loader's batch sizes")
    expect(not torch.equal(torch.cat(train), train_set[0]), "the training loader does not shuffle")
    same(torch.cat(test), test_set[0], "the test loader's samples")
