from __future__ import annotations

import functools
import gzip
import hashlib
import http.server
import io
import pickle
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest
import torch
from PIL import Image
from torchvision.datasets import CIFAR10, MNIST

from cnngrade.datasets import KINDS, Arrays, cache_folder, fetch, find, load_first, places
from cnngrade.datasets.sources import IDX
from cnngrade.errors import DataError, OutputError


@pytest.fixture(autouse=True)
def _own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CNNGRADE_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def made(name: str = "mnist", seed: int = 0) -> dict[str, np.ndarray]:
    """A tiny data set of the right shapes: 20 training and 10 test images."""
    random = np.random.default_rng(seed)
    parts = {}
    for split, count in (("train", 20), ("test", 10)):
        parts[f"{split}_images"] = random.integers(0, 256, (count, *KINDS[name].shape), dtype=np.uint8)
        parts[f"{split}_labels"] = np.arange(count, dtype=np.uint8) % 10
    return parts


def write_npz(folder: Path, name: str = "mnist", **changes: Any) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(folder / f"{name}.npz", **(made(name) | changes))
    return folder


def write_idx(folder: Path, pack: bool = False) -> dict[str, str]:
    """MNIST's four files below `folder`; returns the md5 sums of what was written."""
    folder.mkdir(parents=True, exist_ok=True)
    sums = {}
    for part, array in made().items():
        header = struct.pack(f">{array.ndim + 1}I", 2048 + array.ndim, *array.shape)
        content = header + array.tobytes()
        file = folder / (IDX[part] + (".gz" if pack else ""))
        file.write_bytes(gzip.compress(content) if pack else content)
        sums[file.name] = hashlib.md5(file.read_bytes()).hexdigest()
    return sums


def write_batches(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """CIFAR-10's layout, with torchvision's md5 sums replaced by those of this small copy."""
    parts = made("cifar10")
    (folder / "cifar-10-batches-py").mkdir(parents=True)

    def write(name: str, content: object) -> str:
        file = folder / "cifar-10-batches-py" / name
        file.write_bytes(pickle.dumps(content))
        return hashlib.md5(file.read_bytes()).hexdigest()

    def batch(split: str) -> dict[str, Any]:
        rows = parts[f"{split}_images"].transpose(0, 3, 1, 2).reshape(-1, 3072)
        return {"data": rows, "labels": parts[f"{split}_labels"].tolist()}

    monkeypatch.setattr(CIFAR10, "train_list", [["data_batch_1", write("data_batch_1", batch("train"))]])
    monkeypatch.setattr(CIFAR10, "test_list", [["test_batch", write("test_batch", batch("test"))]])
    names = {"label_names": list(KINDS["cifar10"].classes)}
    monkeypatch.setattr(CIFAR10, "meta", CIFAR10.meta | {"md5": write("batches.meta", names)})


def assert_holds(arrays: Arrays | None, name: str) -> None:
    assert arrays is not None
    expected = made(name)
    for part, array in expected.items():
        found = getattr(arrays, part)
        assert np.array_equal(found, array)
        assert found.dtype == (np.uint8 if part.endswith("images") else np.int64)
        torch.from_numpy(found)  # warns where an array cannot be written to
    assert len(arrays.mean) == len(arrays.std) == (3 if name.startswith("cifar") else 1)
    assert len(arrays.classes) == 10


@pytest.mark.parametrize("pack", [False, True])
@pytest.mark.filterwarnings("error")
def test_mnist_in_torchvisions_layout(tmp_path: Path, pack: bool) -> None:
    """MNIST is read from MNIST/raw, packed or not."""
    write_idx(tmp_path / "MNIST" / "raw", pack)
    assert_holds(find("mnist", tmp_path), "mnist")


def test_cifar10_in_torchvisions_layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """CIFAR-10's batches are read by torchvision, and not at all when a checksum is wrong."""
    write_batches(tmp_path, monkeypatch)
    assert_holds(find("cifar10", tmp_path), "cifar10")
    (tmp_path / "cifar-10-batches-py" / "test_batch").write_bytes(b"cos\nsystem\n(S'exit 1'\ntR.")
    with pytest.raises(DataError, match="cifar-10-batches-py: a file is missing or its md5 sum is wrong"):
        find("cifar10", tmp_path)


@pytest.mark.parametrize("name", ["mnist", "cifar10", "cifar10-jpeg"])
@pytest.mark.filterwarnings("error")
def test_npz(tmp_path: Path, name: str) -> None:
    """Every data set may also lie in a folder as NAME.npz."""
    assert_holds(find(name, write_npz(tmp_path, name)), name)


def test_npz_of_jpegs(tmp_path: Path) -> None:
    """An .npz may hold its images as a stream of JPEG files instead."""
    parts = made("cifar10-jpeg")
    for split in ("train", "test"):
        pieces = []
        for grey in range(len(parts[f"{split}_labels"])):
            buffer = io.BytesIO()
            Image.new("RGB", (32, 32), (grey * 10,) * 3).save(buffer, "JPEG")
            pieces.append(buffer.getvalue())
        del parts[f"{split}_images"]
        parts[f"{split}_jpeg"] = np.frombuffer(b"".join(pieces), np.uint8)
        parts[f"{split}_offsets"] = np.cumsum([0, *map(len, pieces)])
    np.savez(tmp_path / "cifar10-jpeg.npz", **parts)
    arrays = find("cifar10-jpeg", tmp_path)
    assert arrays is not None
    assert arrays.train_images[:, 16, 16, 0].tolist() == [grey * 10 for grey in range(20)]


def there(name: str, data_dir: Path | None) -> Arrays:
    arrays = find(name, data_dir)
    assert arrays is not None
    return arrays


def test_places_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder given comes before that of the environment variable, and that before the cache."""
    given, named, cache = (tmp_path / name for name in ("given", "named", "cache/cnngrade"))
    assert find("mnist", None) is None
    write_npz(cache)
    assert there("mnist", None).source == str(cache / "mnist.npz")
    monkeypatch.setenv("CNNGRADE_DATA", str(write_npz(named)))
    assert there("mnist", None).source == str(named / "mnist.npz")
    write_idx(given / "MNIST" / "raw")
    assert there("mnist", given).source == str(given / "MNIST" / "raw")
    assert places(given) == [given, named, cache]
    assert cache_folder() == cache


def test_missing_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that was asked for and is not there is an error, not an empty one."""
    with pytest.raises(DataError, match=r"--data: no such folder: .*nowhere"):
        find("mnist", tmp_path / "nowhere")
    monkeypatch.setenv("CNNGRADE_DATA", str(tmp_path / "nowhere"))
    with pytest.raises(DataError, match=r"CNNGRADE_DATA: no such folder: .*nowhere"):
        find("mnist", tmp_path)


def test_unknown_name() -> None:
    """A data set that nobody knows is an error that lists the known ones."""
    with pytest.raises(DataError, match=r"no data set called 'mnits'.*mnist, cifar10, cifar10-jpeg, digits"):
        find("mnits", None)


class Trap:
    def __reduce__(self) -> tuple[Any, ...]:
        return pytest.fail, ("a pickle was opened",)


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"train_images": np.zeros((20, 28, 28), np.float32)}, "train_images is float32, but should be uint8"),
        ({"test_images": np.zeros((10, 32, 32), np.uint8)}, r"shape \(10, 32, 32\), but mnist has \(N, 28, 28\)"),
        ({"test_images": np.zeros((10, 784), np.uint8)}, "test_images has shape"),
        ({"train_labels": np.zeros(20, np.float64)}, "train_labels is float64"),
        ({"train_labels": np.zeros((20, 1), np.int64)}, "train_labels is int64"),
        ({"train_labels": np.zeros(19, np.int64)}, "20 train images, but 19 labels"),
        ({"test_labels": np.full(10, 10)}, "test_labels go from 10 to 10"),
        ({"test_labels": np.full(10, -1)}, "test_labels go from -1 to -1"),
        ({"train_images": np.zeros((0, 28, 28), np.uint8), "train_labels": np.zeros(0, int)}, "0 train images"),
        ({"train_images": np.array([Trap()], dtype=object)}, "cannot be read .*pickle"),
    ],
)
def test_wrong_arrays(tmp_path: Path, changes: dict[str, np.ndarray], line: str) -> None:
    """Arrays that are not the data set are told in one line that names the file."""
    with pytest.raises(DataError, match=line) as caught:
        find("mnist", write_npz(tmp_path, **changes))
    assert str(tmp_path / "mnist.npz") in str(caught.value)
    assert "\n" not in str(caught.value)


def change(file: str, content: bytes | None) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        if content is None:
            (folder / file).unlink()
        else:
            (folder / file).write_bytes(content)

    return apply


RAW = "MNIST/raw/train-images-idx3-ubyte"


@pytest.mark.parametrize(
    ("spoil", "line"),
    [
        (change("mnist.npz", b""), "mnist.npz cannot be read"),
        (change("mnist.npz", b"PK\x03\x04 broken"), "mnist.npz cannot be read"),
        (change("mnist.npz", pickle.dumps(Trap())), "mnist.npz cannot be read"),
        (lambda folder: np.save((folder / "mnist.npz").open("wb"), np.zeros(3)), "a single array"),
        (lambda folder: np.savez(folder / "mnist.npz", train_images=np.zeros(3)), "has no train_labels, test_images"),
        (change(RAW, None), "train-images-idx3-ubyte is missing"),
        (change(RAW, b""), "is no IDX file of 3 dimensions"),
        (change(RAW, struct.pack(">4I", 2051, 20, 28, 28)), "holds 0 bytes"),
        (change(RAW, struct.pack(">4I", 2049, 20, 28, 28)), "is no IDX file of 3 dimensions"),
    ],
)
def test_broken_files(tmp_path: Path, spoil: Callable[[Path], None], line: str) -> None:
    """A file that is broken, cut, missing or a pickle is a clear line, and nothing is put in its place."""
    if "npz" not in line and "single" not in line and "has no" not in line:
        write_idx(tmp_path / "MNIST" / "raw")
    spoil(tmp_path)
    with pytest.raises(DataError, match=line):
        load_first(["mnist", "digits"], tmp_path)


def test_cut_gzip(tmp_path: Path) -> None:
    """A packed file that was not copied whole is told by name."""
    write_idx(tmp_path / "MNIST" / "raw", pack=True)
    file = tmp_path / f"{RAW}.gz"
    file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(DataError, match=r"train-images-idx3-ubyte\.gz cannot be read"):
        find("mnist", tmp_path)


def test_digits() -> None:
    """The digits of scikit-learn have MNIST's shape, a fixed stratified split, and their own mean and std."""
    first, second = find("digits", None), find("digits", None)
    assert first is not None
    assert second is not None
    assert first.train_images.shape == (1437, 28, 28)
    assert first.test_images.shape == (360, 28, 28)
    assert (first.train_images.min(), first.train_images.max()) == (0, 255)
    assert np.array_equal(first.test_images, second.test_images)
    assert set(np.bincount(first.test_labels)) <= {35, 36, 37}
    scaled = first.train_images / 255
    assert (scaled.mean(), scaled.std()) == pytest.approx((first.mean[0], first.std[0]), abs=1e-4)


def test_load_first(tmp_path: Path) -> None:
    """The first data set that is there is used, and the line says what it stands in for, or where it was looked for."""
    write_npz(tmp_path)
    arrays, line = load_first(["mnist", "digits"], tmp_path)
    assert arrays is not None
    assert arrays.name == "mnist"
    assert line == f"mnist: 20 training and 10 test images from {tmp_path / 'mnist.npz'}"
    arrays, line = load_first(["cifar10", "digits"], tmp_path)
    assert arrays is not None
    assert arrays.name == "digits"
    assert line.startswith("digits (in place of cifar10, not found): 1,437 training")
    arrays, line = load_first(["cifar10", "cifar10-jpeg"], tmp_path)
    assert arrays is None
    assert line.startswith(f"no cifar10 or cifar10-jpeg here (looked in {tmp_path})")


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize("name", ["mnist", "cifar10"])
def test_fetch_without_a_network(tmp_path: Path, name: str) -> None:
    """Without a network a download ends in one line with the next step, and leaves nothing behind."""
    lines: list[str] = []
    with pytest.raises(DataError, match=f"{name} could not be downloaded from .*Name or service not known") as caught:
        fetch(name, tmp_path / "data", lines.append)
    assert "\n" not in str(caught.value)
    assert "--data" in caught.value.hint
    assert lines[0].startswith(f"downloading {name} (1")
    assert list((tmp_path / "data").iterdir()) == []
    assert socket.getdefaulttimeout() is None


@pytest.mark.usefixtures("no_network")
def test_reading_needs_no_network(tmp_path: Path) -> None:
    """Nothing but fetch reaches for the network: not looking, not reading, and not the digits."""
    assert find("cifar10", tmp_path) is None
    assert find("digits", tmp_path) is not None
    assert find("mnist", write_npz(tmp_path)) is not None


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Keeps the test's output clean."""


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A web server on this machine that torchvision takes for MNIST's; its folder."""
    folder = tmp_path / "mirror"
    sums = write_idx(folder, pack=True)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("no_proxy", "*")
        monkeypatch.setattr(MNIST, "mirrors", [f"http://127.0.0.1:{server.server_port}/"])
        monkeypatch.setattr(MNIST, "resources", list(sums.items()))
        yield folder
        server.shutdown()


def test_fetch(tmp_path: Path, mirror: Path) -> None:
    """A download is announced before it begins, lands in torchvision's layout, and is not repeated."""
    lines: list[str] = []
    dest = tmp_path / "new" / "data"
    fetch("mnist", dest, lines.append)
    assert lines[0].startswith("downloading mnist (12 MB, 55 MB unpacked) from 127.0.0.1:")
    assert lines[0].endswith(f" to {dest}")
    assert_holds(find("mnist", dest), "mnist")
    assert len(MNIST(str(dest), train=False)) == 10
    assert [item.name for item in dest.iterdir()] == ["MNIST"]
    fetch("mnist", dest, lines.append)
    assert lines[-1] == f"mnist is already in {dest / 'MNIST' / 'raw'}"


def test_fetch_checks_md5_sums(tmp_path: Path, mirror: Path) -> None:
    """A file that was changed on its way is not kept."""
    (mirror / "t10k-labels-idx1-ubyte.gz").write_bytes(gzip.compress(b"something else"))
    with pytest.raises(DataError, match="what came back has the wrong md5 sum"):
        fetch("mnist", tmp_path / "data", lambda line: None)
    assert list((tmp_path / "data").iterdir()) == []


def test_fetch_what_cannot_be_fetched(tmp_path: Path) -> None:
    """What needs no download says so; what cannot be had, or not be written, is an error that names it."""
    lines: list[str] = []
    fetch("digits", tmp_path, lines.append)
    assert lines == ["digits come with scikit-learn: nothing to download"]
    for name in ("cifar10-jpeg", "mnits"):
        with pytest.raises(DataError, match=name):
            fetch(name, tmp_path, lines.append)
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="cannot be written"):
        fetch("mnist", tmp_path / "file", lines.append)
