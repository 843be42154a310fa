"""Week 2, hidden: counting, the loop, the evaluation, the permutation, and what training reaches.

The loops are judged by their trajectory: from the same start, on the same batches, with the same optimiser, the parameters
after some steps agree with the reference's to rounding, or they do not.
"""

import math

import pytest
import torch

from cnngrade.judge.suite import expect, images, integers, of_type, order, reaches_threshold, rng, same, task

SIZES = pytest.mark.parametrize("sizes", [[8, 8, 8], [7, 7, 3], [1, 4], [5]], ids=["even", "rest", "one", "single"])
PARAMETERS = ["conv.weight", "norm.weight", "norm.bias", "fc.weight", "fc.bias"]
MODES = pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])


def problem(sizes, seed):
    """Drawn images (N, 1, 6, 6) and labels (N,) of a small problem with five classes."""
    count = sum(sizes)
    labels = integers(5, count, seed=seed + 100)
    return images(count, 1, 6, 6, seed=seed) + 0.5 * labels.reshape(-1, 1, 1, 1), labels


def drawn_layers(kind):
    """The layers of a model of drawn sizes, as the probe `counted` makes it."""
    random = rng(18)
    maps, rows, columns = (random.randint(5, 60) for _ in range(3))
    conv = {"layer": "conv", "sizes": [random.randint(2, 9), maps, random.randint(2, 5)]}
    norm = {"layer": "norm", "sizes": [maps]}
    linear = {"layer": "linear", "sizes": [rows, columns], "bias": False}
    own = {"layer": "own", "sizes": [columns, rows]}
    match kind:
        case "plain":
            return [conv, norm, linear]
        case "frozen":
            all_of_it, half_of_it = {"frozen": ["weight", "bias"]}, {"frozen": [random.choice(["weight", "bias"])]}
            return [conv | all_of_it, norm | half_of_it, linear, linear | {"frozen": ["weight"]}]
        case "shared":
            return [conv, norm, linear, {"layer": "again", "place": random.randrange(3)}]
        case "tied":
            return [linear, norm, {"layer": "tied", "place": 0}, own]
        case _:
            inner = {"layer": "block", "sizes": [own, norm]}
            return [linear, {"layer": "block", "sizes": [conv | {"frozen": ["bias"]}, inner]}]


def trainable(layers):
    """How many numbers of such a model training changes."""
    count = 0
    for layer in layers:
        if layer["layer"] in ("again", "tied"):
            continue
        if layer["layer"] == "block":
            count += trainable(layer["sizes"])
            continue
        sizes = layer["sizes"]
        match layer["layer"]:
            case "conv":
                parameters = {"weight": sizes[0] * sizes[1] * sizes[2] ** 2, "bias": sizes[1]}
            case "norm":
                parameters = {"weight": sizes[0], "bias": sizes[0]}
            case "linear":
                parameters = {"weight": math.prod(sizes)}
            case _:
                parameters = {"scale": math.prod(sizes)}
        count += sum(size for name, size in parameters.items() if name not in layer.get("frozen", ()))
    return count


def in_words(layers):
    """Such a model, for a message: conv 3-7@5x5, norm 7, linear 11-13 without bias."""
    words = []
    for layer in layers:
        sizes = layer.get("sizes")
        match layer["layer"]:
            case "conv":
                text = "conv {}-{}@{}x{}".format(*sizes, sizes[2])
            case "norm":
                text = f"batch norm {sizes[0]}"
            case "linear":
                text = "linear {}-{} without bias".format(*sizes)
            case "own":
                text = "layer with a parameter {}x{}, a frozen one and a buffer".format(*sizes)
            case "tied":
                text = f"linear without bias, with the weight of layer {layer['place']}"
            case "block":
                text = f"block of ({in_words(sizes)})"
            case _:
                text = f"layer {layer['place']} again"
        frozen = " and ".join(layer.get("frozen", ()))
        words.append(f"{text} ({frozen} frozen)" if frozen else text)
    return ", ".join(words)


@task("count-parameters")
@pytest.mark.parametrize("kind", ["plain", "frozen", "shared", "tied", "nested"])
def test_count_parameters(inside, kind):
    """`count_parameters` counts the elements of the parameters that training changes: not the frozen, shared ones once."""
    layers = drawn_layers(kind)
    same(inside.counted(layers), trainable(layers), f"count_parameters of a model of {in_words(layers)}")


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
    # Narrow, since the losses of unlike problems lie near each other: sums in another order differ by a millionth part.
    same(got["losses"], expected["losses"], "the mean loss", rtol=5e-5, atol=0)


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


def both_after_evaluation(inside, reference, sizes, training, seed):
    """What evaluate leaves behind, theirs and ours: of a model with gradients and some frozen parameters."""
    frozen = rng(seed).sample(PARAMETERS, 2)
    question = (*problem(sizes, seed), sizes, training, problem([6], seed + 200), frozen)
    return inside.after_evaluation(*question), reference.after_evaluation(*question)


@task("evaluate")
@MODES
def test_evaluate_keeps_the_mode(inside, reference, training):
    """`evaluate` leaves the model, and each layer of it, in the mode in which it found it."""
    got, expected = both_after_evaluation(inside, reference, [4, 4], training, seed=25)
    same(got["training"], training, "model.training afterwards")
    mode = "train" if training else "eval"
    same(got["output"], expected["output"], f"what the model computes afterwards, which it came in {mode} mode for")


@task("evaluate")
@MODES
def test_evaluate_changes_nothing(inside, reference, training):
    """`evaluate` records no gradients and changes no parameter, running statistic, gradient or setting of the model."""
    got, expected = both_after_evaluation(inside, reference, [4, 4, 1], training, seed=26)
    expect(of_type(got["asked"], int) > 0, "loss_fn was never called")
    expect(got["recorded"] is False, "the forward pass records gradients: nothing of it will be differentiated")
    same(
        got["result"], expected["result"], "(loss, accuracy), where a forward pass that records gradients costs 1 more"
    )
    expect(got["unchanged"] is True, "the model's parameters or running statistics are not what they were before")
    same(got["eval_output"], expected["eval_output"], "what the model computes in eval mode afterwards")
    same(got["gradients"], expected["gradients"], "the gradients that the parameters had before")
    same(got["trainable"], expected["trainable"], "the parameters that require gradients afterwards")
    expect(got["grad_enabled"] is True, "gradients are switched off for everything that comes afterwards")
    same(got["later_gradients"], expected["later_gradients"], "the gradients after one more backward pass")


PERMUTED = "training.py:permute_pixels"


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
    """The permutation 0, 1, 2, ... changes nothing, and the one that is a step further shifts the pixels."""
    x, step = images(2, 3, 4, 5, seed=32), rng(33).randint(1, 19)
    same(inside.call(PERMUTED, x, torch.arange(20)), x, rtol=0, atol=0)
    shifted = inside.call(PERMUTED, x, torch.arange(20).roll(-step))
    what = f"permute_pixels with the permutation that begins with {step} and goes on one by one"
    same(shifted, x.flatten(2).roll(-step, 2).reshape(x.shape), what, rtol=0, atol=0)


@task("lenet-accuracy")
def test_train_lenet_uses_its_epochs(inside):
    """`train_lenet` trains a network in as many epochs as it is told to: twice as many take about twice the steps."""
    random = rng(31)
    batch_size, epochs = random.randint(10, 16), [1, 8, *random.sample(range(2, 8), 2)]
    random.shuffle(epochs)
    x, y = images(50, 1, 28, 28, seed=31), integers(10, 50, seed=34)
    runs = [inside.short_run(x, y, batch_size, number) for number in epochs]
    steps, batches = ([of_type(run[name], int) for run in runs] for name in ("steps", "batches"))
    # A loop without a torch optimiser takes no steps that could be counted, but goes through the loader; unless it does so
    # once and keeps the batches: then nothing can be counted. This test can cost points, and its accuracy earns them.
    if any(steps):
        grows_with(epochs, steps, "optimiser steps")
    elif max(batches) > 2 * math.ceil(50 / batch_size):
        grows_with(epochs, batches, "batches taken from the loader")


def grows_with(epochs, counts, what):
    """Each epoch more adds as much as any other, but for a step that waits for batches of the next epoch."""
    said = f"{what} in {', '.join(map(str, epochs))} epochs: {', '.join(map(str, counts))}"
    (fewest, low), (most, high) = min(zip(epochs, counts, strict=True)), max(zip(epochs, counts, strict=True))
    slope = (high - low) / (most - fewest)
    expect(slope > 0, f"{said}; expected more in more epochs")
    off = max(abs(low + slope * (number - fewest) - count) for number, count in zip(epochs, counts, strict=True))
    expect(off <= 2 + slope / 2, f"{said}; expected as many more in each epoch more")


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
