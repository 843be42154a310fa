"""Week 2, hidden: transforms and loaders. Every line with `inside` runs beside the student's code."""

import pytest
import torch

from cnngrade.judge.suite import expect, integers, of_type, order, pixels, rng, same, task, tensor

MEAN = torch.tensor([0.4914, 0.4822, 0.4465]).reshape(3, 1, 1)
STD = torch.tensor([0.2023, 0.1994, 0.2010]).reshape(3, 1, 1)


def cifar_normalized(picture):
    """uint8 (32, 32, 3) to what the test transform makes of it."""
    return (picture.permute(2, 0, 1).float() / 255 - MEAN) / STD


def crops(picture):
    """All 9 x 9 crops, plain and flipped: {(top, left, flipped): (3, 32, 32)}."""
    padded = torch.zeros(40, 40, 3, dtype=torch.uint8)
    padded[4:36, 4:36] = picture
    return {
        (top, left, flipped): cifar_normalized(crop.flip(1) if flipped else crop)
        for top in range(9)
        for left in range(9)
        for crop in [padded[top : top + 32, left : left + 32]]
        for flipped in (False, True)
    }


@task("mnist-transform")
@pytest.mark.parametrize("seed", [0, 1])
def test_mnist_transform(inside, seed):
    """`mnist_transform` gives a float32 tensor (1, 28, 28): pixels scaled to [0, 1], minus 0.1307, over 0.3081."""
    picture = pixels(28, 28, seed=seed)
    for got in inside.transform("data.py:mnist_transform", picture, 2):
        same(got, (picture.float()[None] / 255 - 0.1307) / 0.3081, "the transformed image", atol=1e-5)


@task("mnist-transform")
def test_mnist_black_and_white(inside):
    """After `mnist_transform` black is -0.4242 and white is 2.8215."""
    picture = 255 * (pixels(28, 28, seed=5) // 128)
    (got,) = inside.transform("data.py:mnist_transform", picture)
    expected = torch.where(picture > 0, 2.82148654, -0.42421297)[None]
    same(got, expected, "the transformed image", atol=1e-5)


@task("cifar10-test-transform")
@pytest.mark.parametrize("seed", [0, 1])
def test_cifar10_test_transform(inside, seed):
    """`cifar10_test_transform` only scales to [0, 1] and normalises per channel, the same way every time."""
    picture = pixels(32, 32, 3, seed=seed)
    for got in inside.transform("data.py:cifar10_test_transform", picture, 8):
        same(got, cifar_normalized(picture), "the transformed image", atol=1e-5)


DRAWS = 400


def drawn(inside, seed):
    """What 400 passes of the training transform did to a picture of random pixels: a list of (top, left, flipped)."""
    picture = pixels(32, 32, 3, seed=seed)
    candidates = crops(picture)
    names, table = list(candidates), torch.stack(list(candidates.values()))  # (162, 3, 32, 32)
    results = of_type(inside.transform("data.py:cifar10_train_transform", picture, DRAWS), list)
    for got in results:
        same(tensor(got, (3, 32, 32), "the transformed image").dtype, torch.float32, "its dtype")
    # The middle 6 x 6 pixels tell the candidates apart; the nearest one then has to fit as a whole.
    got = torch.stack(results)  # (400, 3, 32, 32)
    middle = torch.cdist(got[..., 13:19, 13:19].flatten(1), table[..., 13:19, 13:19].flatten(1))
    nearest = middle.argmin(dim=1)
    distances = (got - table[nearest]).abs().flatten(1).amax(dim=1)
    worst = int(distances.argmax())
    top, left, flipped = names[int(nearest[worst])]
    expect(
        float(distances[worst]) < 1e-3,
        "a transformed image is no 32x32 crop of the image padded with 4 black pixels, flipped or not, and normalised: "
        f"the nearest crop (top {top}, left {left}{', flipped' if flipped else ''}) is {float(distances[worst]):.3g} away",
    )
    return [names[index] for index in nearest.tolist()]


@task("cifar10-train-transform")
def test_crops_and_flips(inside):
    """Every image that `cifar10_train_transform` gives is a crop of the padded image, flipped or not, normalised."""
    drawn(inside, seed=2)


@task("cifar10-train-transform")
def test_every_crop_and_flip_occurs(inside):
    """Each of the 9 x 9 places and both orientations turn up, with about equal chances."""
    places = drawn(inside, seed=3)
    tops, lefts = [[sum(place[axis] == i for place in places) for i in range(9)] for axis in (0, 1)]
    flipped = sum(place[2] for place in places) / len(places)
    # 400 draws: a place occurs 44 times on average with a deviation of 6.3, a flip 200 times with one of 10. That one of
    # the 18 places occurs less than 10 or more than 90 times has a chance of 8e-10, the same for the flips 2e-9.
    expect(min(tops) >= 10 and max(tops) <= 90, f"crops from the top, by row of their first pixel: {tops} of {DRAWS}")
    expect(min(lefts) >= 10 and max(lefts) <= 90, f"crops from the left, by column: {lefts} of {DRAWS}")
    expect(0.35 <= flipped <= 0.65, f"expected about half of the images flipped, got {flipped:.0%}")


@task("cifar10-train-transform")
def test_flip_does_not_depend_on_the_crop(inside):
    """Row, column and flip are drawn independently of one another."""
    places = drawn(inside, seed=4)
    # 81 crops, flipped or not: 400 draws meet 148.3 of the 162 on average with a deviation of 3.3. Where one of the three
    # follows from the others, at most half of them can come.
    seen = len(set(places))
    expect(
        seen >= 120, f"{DRAWS} passes gave {seen} of the 162 pairs of a crop and a flip, where about 148 are expected"
    )
    parts = {"the upper rows": lambda top, left: top < 4, "the left columns": lambda top, left: left < 4}
    parts |= {"even rows": lambda top, left: top % 2 == 0, "even columns": lambda top, left: left % 2 == 0}
    parts |= {"rows and columns with an even sum": lambda top, left: (top + left) % 2 == 0}
    for name, chosen in parts.items():
        for which in (True, False):
            flips = [flipped for top, left, flipped in places if chosen(top, left) is which]
            share = sum(flips) / max(len(flips), 1)
            # Of 178 or more, a share has a deviation of 0.038.
            expect(
                0.25 <= share <= 0.75,
                f"of the crops that {'start' if which else 'do not start'} in {name} {share:.0%} are flipped",
            )


# Sizes of the two sets and of a batch: a rest of one, no rest, sets that are smaller than a batch, batches of one.
SIZES = [(33, 49, 16), (64, 64, 64), (5, 3, 8), (21, 9, 1)]


def sizes_with_rests():
    """Drawn: two sets that leave rests of two samples or more, and the size of a batch."""
    random = rng(10)
    batch_size = random.randint(5, 20)
    train_size, test_size = (batch_size * random.randint(2, 4) + random.randint(2, batch_size - 1) for _ in range(2))
    return train_size, test_size, batch_size


def asked_loaders(inside, sizes, seed):
    """Of the training and the test loader: (its name in messages, the numbers and labels of its set, its two epochs).

    A sample is an image of one pixel, a drawn number that no other sample has, and a drawn label.
    """
    count, batch_size = sizes[:2], sizes[2]
    numbers = order(1000, seed)[: sum(count)].float().split(count)
    labels = integers(10, sum(count), seed=seed + 1).split(count)
    train_set, test_set = ((x.reshape(-1, 1, 1, 1), y) for x, y in zip(numbers, labels, strict=True))
    got = inside.loaders(train_set, test_set, batch_size)
    for name, is_loader in zip(("training", "test"), of_type(got["are_loaders"], list), strict=False):
        expect(is_loader is True, f"the {name} loader is no torch.utils.data.DataLoader")
    epochs = [of_type(each, list) for each in of_type(got["epochs"], list)]
    same([len(each) for each in epochs], [2, 2], "the epochs that came of each loader")
    called = f"loader's (sets of {count[0]} and {count[1]}, batches of {batch_size})"
    return list(zip((f"the training {called}", f"the test {called}"), numbers, labels, epochs, strict=True))


def joined(epoch, name):
    """The samples' numbers, their labels, and the batches' sizes."""
    batches = [of_type(batch, tuple, f"{name} batch") for batch in of_type(epoch, list)]
    expect(bool(batches), f"{name} epoch has no batches")
    expect(all(len(batch) == 2 for batch in batches), f"{name} batches are no pairs")
    images = [tensor(batch[0], (None, 1, 1, 1), f"{name} images").flatten() for batch in batches]
    labels = [tensor(batch[1], (None,), f"{name} labels") for batch in batches]
    same([len(y) for y in labels], [len(x) for x in images], f"{name} numbers of labels in a batch")
    return torch.cat(images), torch.cat(labels), [len(x) for x in images]


def complete(epoch, numbers, labels, name):
    """The places in the set of the samples, in the order in which they came; raises `Wrong` unless each came once."""
    got, got_labels, _ = joined(epoch, name)
    ours, theirs = numbers.argsort(), got.argsort()
    same(got[theirs], numbers[ours], f"{name} samples, sorted", rtol=0, atol=0)
    same(got_labels[theirs], labels[ours], f"{name} labels, in the order of the sorted samples")
    return torch.empty_like(ours).scatter(0, theirs, ours)


@task("loaders")
def test_no_sample_is_lost(inside):
    """Each loader gives every sample of its own set once an epoch, with its label; neither drops the last batch."""
    for number, sizes in enumerate([sizes_with_rests(), *SIZES]):
        for name, numbers, labels, epochs in asked_loaders(inside, sizes, seed=20 + 2 * number):
            for epoch in epochs:
                complete(epoch, numbers, labels, name)


@task("loaders")
def test_batch_sizes(inside):
    """All batches have `batch_size` samples, save the last, which has the rest."""
    for seed, sizes in ((13, sizes_with_rests()), (18, (64, 64, 64))):
        for name, numbers, labels, epochs in asked_loaders(inside, sizes, seed):
            for epoch in epochs:
                complete(epoch, numbers, labels, name)
                same(joined(epoch, name)[2], [len(part) for part in numbers.split(sizes[2])], f"{name} batch sizes")


@task("loaders")
def test_training_order_is_new_in_every_epoch(inside):
    """The training loader shuffles, and anew in every epoch."""
    name, numbers, labels, epochs = asked_loaders(inside, (200, 20, 32), seed=15)[0]
    first, second = (complete(epoch, numbers, labels, name) for epoch in epochs)
    in_order = torch.arange(200)
    expect(not torch.equal(first, in_order), "the training loader gives the samples in the order of the set")
    expect(not torch.equal(first, second), "the training loader gives the same order in every epoch")
    # Shuffled within batches only, or in a fixed pattern, would keep most samples near their place: 67 is expected, and
    # the mean of a full shuffle has a deviation of 3.
    moved = float((first - in_order).abs().float().mean())
    expect(
        moved > 40, f"the training loader moves samples by {moved:.0f} places on average, of about 67 in a full shuffle"
    )
    for each in (first, second):
        # From one sample to the next is as far. A set that is only turned, or cut into blocks, keeps neighbours together.
        steps = each.diff()
        apart = float(steps.abs().float().mean())
        expect(
            apart > 40,
            f"samples that follow each other lie {apart:.0f} places apart in the set, of about 67 in a shuffle",
        )
        # 126 unlike steps around the circle are expected, with a deviation of 4.4; a pattern takes the same again and again.
        unlike = len(torch.unique(steps % 200))
        expect(
            unlike > 85, f"the training loader takes {unlike} unlike steps through the set, of about 126 in a shuffle"
        )


@task("loaders")
def test_test_order_is_kept(inside):
    """The test loader gives the samples in the order of the set, in every epoch."""
    name, numbers, labels, epochs = asked_loaders(inside, (20, 200, 32), seed=17)[1]
    for epoch in epochs:
        got, got_labels, _ = joined(epoch, name)
        same(got, numbers, f"{name} samples", rtol=0, atol=0)
        same(got_labels, labels, f"{name} labels")
