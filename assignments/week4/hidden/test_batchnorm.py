"""Week 4, hidden: batch normalisation. What is expected comes from PyTorch itself, outside."""

import pytest
import torch
from torch.nn import functional

from cnngrade.judge.suite import Wrong, expect, generator, images, of_type, rng, same, show, task

SHAPES = pytest.mark.parametrize("shape", [(8, 5), (4, 3, 6, 7), (5, 4, 2, 4), (6, 6), (3, 1, 2, 5)])
ONE_IMAGE = (1, 3, 4, 5)


def spread(*shape, seed):
    """Values of which every channel has a drawn mean, and a drawn deviation of at least 1 even where it has few values.

    Where few values lie close together, rounding decides what their variance is.
    """
    drawn = generator(seed)
    x = torch.randn(shape, generator=drawn)
    if x.numel() > shape[1]:  # a single value has no deviation
        x = standard(x)
    per_channel = (1, shape[1], *[1] * (len(shape) - 2))
    deviation = 1 + 2 * torch.rand(per_channel, generator=drawn)
    return x * deviation + 1.5 * torch.randn(per_channel, generator=drawn)


def standard(x):
    """`x` with mean 0 and deviation 1 in every channel."""
    axes = [axis for axis in range(x.dim()) if axis != 1]
    x = x - x.mean(dim=axes, keepdim=True)
    return x / x.square().mean(dim=axes, keepdim=True).sqrt().clamp(min=1e-3)


def problem(shape, seed):
    """x, gamma, beta, running mean, running variance, and a direction in which y is differentiated.

    Where there is one channel, its running mean and the sums that are its gradients stay away from 0: they are compared with
    nothing but themselves, and what is left of numbers that cancel is rounding.
    """
    channels = shape[1]
    gamma, beta = 1 + 0.5 * images(channels, seed=seed + 1), images(channels, seed=seed + 2)
    mean, var = images(channels, seed=seed + 3), 0.5 + images(channels, seed=seed + 4).abs()
    x, direction = spread(*shape, seed=seed), images(*shape, seed=seed + 5)
    if channels == 1:
        mean, direction = mean + mean.sign(), direction + 2 * (1 + standard(x))
    return x, gamma, beta, mean, var, direction


def expected(x, gamma, beta, mean, var, direction, training, momentum=0.1, eps=1e-5):
    """What PyTorch gives: y, the running statistics, and the gradients for x, gamma and beta."""
    x, gamma, beta = (tensor.clone().requires_grad_() for tensor in (x, gamma, beta))
    mean, var = mean.clone(), var.clone()
    y = functional.batch_norm(x, mean, var, gamma, beta, training, momentum, eps)
    (y * direction).sum().backward()
    gradients = {"x": x.grad, "gamma": gamma.grad, "beta": beta.grad}
    return {"y": y.detach(), "running": {"mean": mean, "variance": var}, "gradients": gradients}


def same_statistics(got, wanted):
    same(got["running"], wanted["running"], "running")


def same_gradients(got, wanted):
    same(got["gradients"], wanted["gradients"], "the gradient")


def expected_in_turn(x, gamma, beta, mean, var, other, modes, momentum=0.1):
    """What PyTorch gives for `x`, then for `x * other` with the statistics of the first call."""
    mean, var = mean.clone(), var.clone()
    outputs = [
        functional.batch_norm(batch, mean, var, gamma, beta, training, momentum)
        for batch, training in zip((x, x * other), modes, strict=False)
    ]
    return {"outputs": outputs, "running": {"mean": mean, "variance": var}}


def leaves_its_arguments(inside, shape, seed, training):
    """x, gamma and beta are as before, also where they lie in memory in another order: a second call with them shows it."""
    given, other = problem(shape, seed)[:5], spread(*shape, seed=seed + 6)
    question = (*given, other, [training] * 2)
    wanted = expected_in_turn(*question)["outputs"]
    for strided in (True, False):
        got = inside.normalised_in_turn(*question, strided=strided)
        first, second = of_type(got["outputs"], list)
        same(first, wanted[0], "y")
        afterwards = dict(zip(("x", "gamma", "beta"), given, strict=False))
        same(got["arguments"], afterwards, "afterwards the argument", rtol=0, atol=0)
        same(second, wanted[1], "y of a second call, of a multiple of the same x with the same gamma and beta")


# --- a batch in training ----------------------------------------------------------------------------------------------


@task("batch-norm")
@SHAPES
def test_training_output(inside, shape):
    """In training every channel is normalised by its own mean and biased variance over the batch, then scaled and shifted."""
    given = problem(shape, seed=20)
    same(inside.normalised(*given, True)["y"], expected(*given, True)["y"], "y")


@task("batch-norm")
@SHAPES
def test_training_gradient(inside, shape):
    """In training the gradient reaches x, also by way of the batch's mean and variance, and gamma and beta."""
    given = problem(shape, seed=30)
    same_gradients(inside.normalised(*given, True), expected(*given, True))


@task("batch-norm")
def test_training_one_image(inside):
    """A single image in training is a batch too: its channels have H x W values."""
    given = problem(ONE_IMAGE, seed=40)
    got, wanted = inside.normalised(*given, True), expected(*given, True)
    same(got["y"], wanted["y"], "y")
    same_gradients(got, wanted)


@task("batch-norm")
@pytest.mark.parametrize("eps", [0.1, 2.0])
def test_training_eps(inside, eps):
    """`eps` is added to the variance, under the root."""
    given = problem((6, 3, 2, 5), seed=50)
    got, wanted = inside.normalised(*given, True, eps=eps), expected(*given, True, eps=eps)
    same(got["y"], wanted["y"], "y")
    same_gradients(got, wanted)


@task("batch-norm")
def test_training_default_eps(inside):
    """Unless told otherwise `eps` is 1e-5, which shows where a channel hardly varies."""
    x, *given = problem((6, 3, 4, 5), seed=55)
    x = 0.003 * images(*x.shape, seed=55)
    same(inside.normalised(x, *given, True)["y"], expected(x, *given, True)["y"], "y")


@task("batch-norm")
def test_training_constant_channel(inside):
    """A channel that is constant in the batch becomes beta: `eps` keeps the division from failing."""
    x, *given = problem((3, 4, 2, 5), seed=60)
    x[:, 2] = 1.5
    same(inside.normalised(x, *given, True)["y"], expected(x, *given, True)["y"], "y")


@task("batch-norm")
@pytest.mark.parametrize("shape", [(7, 4), (3, 4, 5, 2)])
def test_training_leaves_its_arguments(inside, shape):
    """x, gamma and beta may lie in memory in any order, and stay as they were."""
    leaves_its_arguments(inside, shape, seed=70, training=True)


@task("batch-norm")
def test_training_by_name(inside):
    """The arguments have the names and the order that the handout gives."""
    x, gamma, beta, mean, var, direction = problem((4, 3), seed=80)
    names = {"x": x, "gamma": gamma, "beta": beta, "running_mean": mean, "running_var": var}
    y, *_ = of_type(inside.call("batchnorm.py:batch_norm", **names, training=True, momentum=0.2, eps=0.5), tuple)
    same(y, expected(x, gamma, beta, mean, var, direction, True, 0.2, 0.5)["y"], "y")
    got = inside.normalised(x, gamma, beta, mean, var, direction, True, 0.2, 0.5)
    same(got["y"], y, "y, with all arguments given in order")


# --- the running statistics -------------------------------------------------------------------------------------------


@task("batch-norm-statistics")
@pytest.mark.parametrize("shape", [(8, 5), (4, 3, 6, 7), (3, 1, 2, 5), (2, 2), ONE_IMAGE])
def test_running_statistics(inside, shape):
    """In training the running mean and variance move a tenth of the way to the batch's mean and unbiased variance."""
    given = problem(shape, seed=90)
    same_statistics(inside.normalised(*given, True), expected(*given, True))


@task("batch-norm-statistics")
@pytest.mark.parametrize("momentum", [0.3, 0.9, 1.0, 0.0])
def test_running_statistics_momentum(inside, momentum):
    """`momentum` is the weight of the batch: 0 keeps the old statistics, 1 keeps only the new ones."""
    given = problem((5, 3, 4, 2), seed=100)
    same_statistics(inside.normalised(*given, True, momentum=momentum), expected(*given, True, momentum=momentum))


@task("batch-norm-statistics")
@pytest.mark.parametrize("shape", [(6, 3), (3, 2, 4, 4)])
def test_running_statistics_carry_no_gradient(inside, shape):
    """The returned statistics are constants: what is computed with them, a loss for instance, has no gradient through them."""
    x, *_, direction = given = problem(shape, seed=110)
    got = inside.statistics_in_a_loss(*given)
    same(got["recorded"], [], "the running statistics that require a gradient (every batch's graph would be kept)")
    what = "the gradient for x of (weights * x).sum() + running_mean.sum() + running_var.sum()"
    same(got["gradient"], direction * x, what)


@task("batch-norm-statistics")
def test_running_statistics_call_by_call(inside):
    """The statistics that one call returns are what the next one starts from, and nothing else is remembered."""
    x, gamma, beta, mean, var, direction = problem((6, 3, 3, 4), seed=120)
    theirs = ours = {"running": {"mean": mean, "variance": var}}
    for scale in (1, 2, -3):
        given = (scale * x + 1, gamma, beta)
        theirs = inside.normalised(*given, *theirs["running"].values(), direction, True)
        ours = expected(*given, *ours["running"].values(), direction, True)
        same_statistics(theirs, ours)


@task("batch-norm-statistics")
def test_running_statistics_of_strided_tensors(inside):
    """Tensors that are not contiguous in memory give the same statistics."""
    question = (*problem((4, 3, 5, 2), seed=130)[:5], images(4, 3, 5, 2, seed=136), [True])
    same_statistics(inside.normalised_in_turn(*question, strided=True), expected_in_turn(*question))


# --- eval mode --------------------------------------------------------------------------------------------------------


@task("batch-norm-eval")
@pytest.mark.parametrize("shape", [(8, 5), (4, 3, 6, 7), (5, 4, 2, 4), (6, 6), (1, 4), ONE_IMAGE, (1, 2, 1, 1)])
def test_eval_output(inside, shape):
    """In eval mode the running statistics normalise, so an answer depends on its own input alone: one sample is enough."""
    given = problem(shape, seed=140)
    same(inside.normalised(*given, False)["y"], expected(*given, False)["y"], "y")


@task("batch-norm-eval")
@pytest.mark.parametrize("shape", [(7, 4), (3, 4, 5, 2)])
def test_eval_gradient(inside, shape):
    """In eval mode the gradient reaches x, gamma and beta; the statistics are constants."""
    given = problem(shape, seed=150)
    same_gradients(inside.normalised(*given, False), expected(*given, False))


@task("batch-norm-eval")
def test_eval_statistics(inside):
    """In eval mode the running statistics come back as they were, whatever the momentum, and the next call uses them."""
    question = (*problem((4, 3, 2, 6), seed=160)[:5], spread(4, 3, 2, 6, seed=166), [False, False], 0.7)
    got, wanted = inside.normalised_in_turn(*question), expected_in_turn(*question)
    same_statistics(got, wanted)
    same(got["outputs"], wanted["outputs"], "y of two calls, the second one with the statistics that came back")


@task("batch-norm-eval")
def test_eval_eps(inside):
    """In eval mode too `eps` is added to the variance, under the root."""
    given = problem((4, 3, 2, 6), seed=170)
    same(inside.normalised(*given, False, eps=0.5)["y"], expected(*given, False, eps=0.5)["y"], "y")


@task("batch-norm-eval")
def test_eval_leaves_its_arguments(inside):
    """In eval mode too x, gamma and beta may lie in memory in any order, and stay as they were."""
    leaves_its_arguments(inside, (3, 4, 5, 2), seed=180, training=False)


# --- the module -------------------------------------------------------------------------------------------------------


def batches(count, *shape, seed):
    return [(1 + number) * spread(*shape, seed=seed + number) for number in range(count)]


def has(tensors, wanted, what):
    """One of the tensors, whatever its name, is `wanted`."""
    for tensor in of_type(tensors, list):
        try:
            same(tensor, wanted)
        except Wrong:
            continue
        return
    raise Wrong(f"none of the module's {len(tensors)} {what}: {show(wanted.tolist())}")


def same_run(inside, reference, arguments, given, modes, rate=0.05):
    question = (*arguments, given, modes, rate)
    got, ours = inside.module_run(*question), reference.module_run(*question)
    same(got["outputs"], ours["outputs"], "the outputs")
    same(got["gradients"], ours["gradients"], "the gradients with respect to the inputs")
    same(got["unchanged"], ours["unchanged"], "whether the inputs are what they were")
    for buffer, what in zip(
        ours["buffers"], ("buffers is the running mean", "buffers is the running variance"), strict=True
    ):
        has(got["buffers"], buffer, what)
    return got


@task("batch-norm-module")
def test_module_starts(inside, reference):
    """A new `BatchNorm2d` scales by ones and shifts by zeros; its running mean is zeros, its running variance ones."""
    channels = rng(185).randint(4, 9)
    given = batches(2, 3, channels, 4, 2, seed=186)
    got = same_run(inside, reference, ([channels], {}), given, [False, True], rate=0.0)
    same(len(of_type(got["parameters"], list)), 2, "the number of parameters")
    for numbers, what in ((torch.ones(channels), "all ones"), (torch.zeros(channels), "all zeros")):
        has(got["parameters"], numbers, f"parameters, which were not trained, is {what}")


@task("batch-norm-module")
def test_module_state_dict(inside, reference):
    """Running mean and variance are buffers, and part of the `state_dict`, so that they are saved with the weights."""
    question = ([], {"num_features": 3}, batches(2, 4, 3, 2, 5, seed=188), [True, True], 0.05)
    got, ours = inside.module_run(*question), reference.module_run(*question)
    for buffer, what in zip(ours["kept"], ("mean", "variance"), strict=True):
        has(got["kept"], buffer, f"buffers in the state_dict is the running {what}")


@task("batch-norm-module")
@pytest.mark.parametrize("shape", [(4, 3, 5, 6), (1, 2, 3, 4), (3, 5, 1, 1)])
def test_module_in_training(inside, reference, shape):
    """In train mode each pass normalises with its own batch and moves the buffers; scale and shift are trained."""
    same_run(inside, reference, ([shape[1]], {}), batches(4, *shape, seed=190), [True] * 4)


@task("batch-norm-module")
def test_module_other_sizes(inside, reference):
    """Batches, and the images in them, may have other sizes from pass to pass."""
    shapes = [(4, 3, 5, 6), (1, 3, 4, 4), (5, 3, 2, 7), (2, 3, 5, 5)]
    given = [spread(*shape, seed=250 + number) for number, shape in enumerate(shapes)]
    same_run(inside, reference, ([3], {}), given, [True, True, True, False])


@task("batch-norm-module")
def test_module_in_eval_mode(inside, reference):
    """In eval mode the buffers normalise and stay as they are; back in train mode everything goes on."""
    modes = [False, True, True, False, False, True, False]
    same_run(inside, reference, ([3], {}), batches(7, 4, 3, 2, 5, seed=200), modes)


@task("batch-norm-module")
@pytest.mark.parametrize(
    ("args", "kwargs"),
    [([4, 0.3, 0.5], {}), ([4], {"momentum": 0.6}), ([4], {"eps": 1.5}), ([], {"num_features": 4, "momentum": 1.0})],
)
def test_module_arguments(inside, reference, args, kwargs):
    """`momentum` and `eps`, in this order, are those of the module."""
    same_run(inside, reference, (args, kwargs), batches(5, 3, 4, 3, 2, seed=210), [True, True, False, True, False])


@task("batch-norm-module")
def test_module_default_eps(inside, reference):
    """Unless told otherwise `eps` is 1e-5, which shows where a channel hardly varies."""
    given = [0.003 * images(4, 3, 5, 4, seed=215 + number) for number in range(2)]
    same_run(inside, reference, ([3], {}), given, [True, True], rate=0.0)


@task("batch-norm-module")
def test_module_buffers_carry_no_gradient(inside, reference):
    """The buffers are no part of any graph, so that memory does not grow from batch to batch; a batch stays as it was."""
    question = (spread(4, 3, 2, 2, seed=220), spread(4, 3, 2, 2, seed=221))
    got, ours = inside.module_kept(*question), reference.module_kept(*question)
    expect(got["recorded"] is False, "a buffer requires a gradient after a pass in train mode")
    which = "of a batch in eval mode, in train mode, and of a multiple of it in eval mode again"
    same(got["outputs"], ours["outputs"], f"the outputs {which}")
    same(got["gradient"], ours["gradient"], "the gradient for the batch through the last two of these outputs")


@task("batch-norm-module")
def test_module_saved_and_restored(inside, reference):
    """The `state_dict` brings a trained module back in another one; a third one is not touched by any of this."""
    question = (batches(3, 4, 3, 5, 2, seed=230), images(2, 3, 4, 4, seed=240))
    got, ours = inside.module_reloaded(*question), reference.module_reloaded(*question)
    for name in ("seen", "restored", "new"):
        same(got[name], ours[name], f"the output in eval mode of the {name} module")
