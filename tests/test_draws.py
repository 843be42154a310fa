from __future__ import annotations

import random

import pytest
import torch

from cnngrade.judge.draws import Draws, drawing, drawn_once, generator, images, integers, order, pixels, rng


def drawn(draws: Draws) -> list[object]:
    with drawing(draws):
        return [
            images(2, 3, seed=5).tolist(),
            integers(1000, 4, seed=5).tolist(),
            pixels(4, seed=5).tolist(),
            order(20, seed=5).tolist(),
            rng(5).random(),
        ]


def test_the_same_secret_draws_the_same() -> None:
    """Two runs with one secret draw the same numbers, two secrets or two weeks draw other ones everywhere."""
    first, again = drawn(Draws(b"one", "week1")), drawn(Draws(b"one", "week1"))
    assert first == again
    for other in (Draws(b"two", "week1"), Draws(b"one", "week2"), Draws()):
        assert all(ours != theirs for ours, theirs in zip(first, drawn(other), strict=True))


def test_public_draws_are_pytorchs_own() -> None:
    """Without a secret the draws are those of a generator seeded with the number: a handout can state their results."""
    with drawing(Draws()):
        assert torch.equal(images(3, 2, seed=7), torch.randn(3, 2, generator=torch.Generator().manual_seed(7)))
        assert rng(7).random() == random.Random(7).random()
        assert generator(7).initial_seed() == 7


def test_keys_are_apart() -> None:
    """Numbers under one key tell nothing of those under another: no two of ten thousand agree, nor their parts' joins."""
    draws = Draws(b"secret")
    numbers = {draws.number("training", i) for i in range(5000)} | {draws.number("classes", i) for i in range(5000)}
    assert len(numbers) == 10_000
    assert draws.number("a", "b") != draws.number("a', 'b")
    assert draws.number(1) != draws.number("1")
    assert 0 <= draws.number("x", bits=31) < 2**31


def test_the_fingerprint_is_not_the_secret() -> None:
    """Two secrets have two fingerprints, and none of the numbers that are drawn is one of them."""
    one, two = Draws(b"one", "week1"), Draws(b"two", "week1")
    assert one.fingerprint != two.fingerprint
    assert one.fingerprint not in {one.seed(number) for number in range(1000)}


def test_drawing_at_the_top_of_a_suite_is_an_error() -> None:
    """A suite that draws outside its tests is told so: such a value would be the same under every secret."""
    with pytest.raises(RuntimeError, match="draws belong into a test"):
        images(2)


def test_a_table_is_kept_for_its_secret_alone() -> None:
    """What `drawn_once` keeps is not handed out under another secret."""
    made = []

    @drawn_once
    def table(size: int) -> list[int]:
        made.append(size)
        return integers(10**6, size).tolist()

    with drawing(Draws(b"one")):
        first = table(3)
        assert table(3) is first
    with drawing(Draws(b"two")):
        assert table(3) != first
    with drawing(Draws(b"one")):
        assert table(3) is first
    assert len(made) == 2
