from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms

from cnngrade.sandbox.inside import loaders
from cnngrade.sandbox.inside.loaders import TensorLoader


def counting(rows: int = 10, batch_size: int = 4, shuffle: bool = False, seed: int | None = None) -> TensorLoader:
    """A loader whose images and labels both say which row they are."""
    generator = None if seed is None else torch.Generator().manual_seed(seed)
    numbers = torch.arange(rows)
    return TensorLoader(numbers.float().view(-1, 1, 1, 1), numbers, batch_size, shuffle, generator)


def order(loader: TensorLoader) -> list[int]:
    return [int(label) for _, labels in loader for label in labels]


def test_looks_like_a_data_loader() -> None:
    """What a student's loop may ask of a DataLoader, it may ask of this one."""
    loader = counting()
    assert isinstance(loader, DataLoader)
    assert (len(loader), loader.batch_size, loader.drop_last, loader.num_workers) == (3, 4, False, 0)
    assert isinstance(loader.dataset, Dataset)
    assert len(loader.dataset) == 10
    image, label = loader.dataset[7]
    assert (image.shape, int(label)) == ((1, 1, 1), 7)
    assert isinstance(loader.sampler, torch.utils.data.SequentialSampler)
    assert isinstance(counting(shuffle=True).sampler, torch.utils.data.RandomSampler)
    assert [len(labels) for _, labels in DataLoader(loader.dataset, batch_size=4)] == [4, 4, 2]


@pytest.mark.parametrize(("rows", "sizes"), [(10, [4, 4, 2]), (8, [4, 4]), (1, [1]), (3, [3])])
@pytest.mark.parametrize("shuffle", [False, True])
def test_nothing_is_dropped(rows: int, sizes: list[int], shuffle: bool) -> None:
    """Every row comes once per epoch, the last batch being smaller if it must, and len counts the batches."""
    loader = counting(rows, shuffle=shuffle)
    batches = list(loader)
    assert [len(images) for images, _ in batches] == sizes
    assert len(loader) == len(sizes)
    assert sorted(order(loader)) == list(range(rows))
    assert all(torch.equal(images.flatten().long(), labels) for images, labels in batches)


def test_shuffling() -> None:
    """Each epoch has its own order, the same seed gives the same orders, and without shuffle rows come in order."""
    loader = counting(100, shuffle=True)
    torch.manual_seed(0)
    first, second = order(loader), order(loader)
    assert first != second
    torch.manual_seed(0)
    assert (order(loader), order(loader)) == (first, second)
    assert order(counting(100)) == list(range(100))


def test_own_generator() -> None:
    """A given generator decides the order, and torch's global one is left alone."""
    state = torch.get_rng_state()
    assert order(counting(100, shuffle=True, seed=1)) == order(counting(100, shuffle=True, seed=1))
    assert order(counting(100, shuffle=True, seed=1)) != order(counting(100, shuffle=True, seed=2))
    assert torch.equal(torch.get_rng_state(), state)


def test_without_shuffle_no_random_number_is_drawn() -> None:
    """Evaluating between epochs does not change how training goes on."""
    state = torch.get_rng_state()
    order(counting())
    assert torch.equal(torch.get_rng_state(), state)


def test_iterators_are_independent() -> None:
    """Two epochs under way at once each see every row, in orders of their own."""
    loader = counting(100, 10, shuffle=True)
    left, right = [], []
    for (_, a), (_, b) in zip(loader, loader, strict=True):
        left += a.tolist()
        right += b.tolist()
    assert left != right
    assert sorted(left) == sorted(right) == list(range(100))


@pytest.mark.parametrize("shuffle", [False, True])
def test_batches_may_be_changed(shuffle: bool) -> None:
    """A loop that works on its batch in place does not change the data set."""
    loader = counting(shuffle=shuffle)
    for images, labels in loader:
        images.zero_()
        labels.zero_()
    assert sorted(order(loader)) == list(range(10))


@pytest.mark.parametrize("shape", [(5, 28, 28), (5, 32, 30, 3)])
def test_normalisation_is_that_of_torchvision(shape: tuple[int, ...]) -> None:
    """Images come out bit for bit as ToTensor and Normalize make them, float32 and N, C, H, W."""
    images = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    mean, std = ((0.1307,), (0.3081,)) if len(shape) == 3 else ((0.4914, 0.4822, 0.4465), (0.2023, 0.1994, 0.2010))
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize(mean, std)])
    expected = torch.stack([transform(Image.fromarray(image)) for image in images])
    loader = TensorLoader.from_arrays(images, np.arange(5, dtype=np.uint8), mean, std, batch_size=5)
    found, labels = next(iter(loader))
    assert (found.dtype, found.is_contiguous(), labels.dtype) == (torch.float32, True, torch.int64)
    assert torch.equal(found, expected)
    assert torch.equal(loaders.normalised(torch.from_numpy(images), mean, std), expected)


def test_large_sets_are_normalised_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Normalising piece by piece gives what normalising at once gives."""
    images = np.random.default_rng(0).integers(0, 256, (50, 4, 4), dtype=np.uint8)
    whole = loaders.normalised(images, (0.5,), (0.5,))
    monkeypatch.setattr(loaders, "ROWS", 7)
    assert torch.equal(loaders.normalised(images, (0.5,), (0.5,)), whole)


IMAGES = np.zeros((4, 8, 8), np.uint8)
LABELS = np.zeros(4, np.int64)


@pytest.mark.parametrize(
    ("images", "labels", "mean", "named"),
    [
        (IMAGES.astype(np.float32), LABELS, (0.5,), "images must be uint8"),
        (IMAGES[0], LABELS, (0.5,), "images must be uint8"),
        (IMAGES, LABELS[:3], (0.5,), "equally many"),
        (IMAGES, LABELS.astype(np.float32), (0.5,), "labels must be integers"),
        (IMAGES, LABELS, (0.5, 0.5), "mean and std"),
        (IMAGES[:0], LABELS[:0], (0.5,), "must not be empty"),
    ],
)
def test_wrong_arguments(images: np.ndarray, labels: np.ndarray, mean: tuple[float, ...], named: str) -> None:
    """Arrays of the wrong kind are refused with a line that names them."""
    with pytest.raises(ValueError, match=named):
        TensorLoader.from_arrays(images, labels, mean, mean, batch_size=2)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_on_a_gpu() -> None:
    """Batches lie on the device, in the order that the same seed gives on the CPU."""
    args = (IMAGES, np.arange(4), (0.5,), (0.5,), 2, True)
    torch.manual_seed(0)
    here = [labels.tolist() for _, labels in TensorLoader.from_arrays(*args)]
    torch.manual_seed(0)
    there = list(TensorLoader.from_arrays(*args, device="cuda"))
    assert all(tensor.is_cuda for batch in there for tensor in batch)
    assert [labels.tolist() for _, labels in there] == here


def test_runs_where_the_package_is_not() -> None:
    """The module imports torch and the standard library only, for it also runs in the sandbox."""
    tree = ast.parse(Path(loaders.__file__).read_text())
    found = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    found |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in found} <= {"__future__", "collections", "typing", "torch"}
