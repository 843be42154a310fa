"""Finds data sets on this machine, and reads each layout.

The places, in order: the folder given with --data, the folder in the environment variable CNNGRADE_DATA, and the user's
cache. Each may hold torchvision's layouts (MNIST/raw/*-ubyte, packed by gzip or not, and cifar-10-batches-py), or
NAME.npz. The digits of scikit-learn need no place.
"""

from __future__ import annotations

import gzip
import io
import os
import sys
import zipfile
import zlib
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cnngrade.datasets.arrays import KINDS, Arrays, checked
from cnngrade.errors import DataError

VARIABLE = "CNNGRADE_DATA"
PARTS = ("train_images", "train_labels", "test_images", "test_labels")
IDX = {
    "train_images": "train-images-idx3-ubyte",
    "train_labels": "train-labels-idx1-ubyte",
    "test_images": "t10k-images-idx3-ubyte",
    "test_labels": "t10k-labels-idx1-ubyte",
}
IDX_MAGIC = {3: 2051, 1: 2049}  # by number of dimensions; the element type is uint8
BATCHES = "cifar-10-batches-py"


def cache_folder() -> Path:
    """Returns the folder into which `fetch` puts data sets by default: the platform's folder for caches."""
    if base := os.environ.get("XDG_CACHE_HOME"):
        return Path(base) / "cnngrade"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "cnngrade"
    if sys.platform == "win32" and (base := os.environ.get("LOCALAPPDATA")):
        return Path(base) / "cnngrade" / "Cache"
    return Path.home() / ".cache" / "cnngrade"


def places(data_dir: Path | None) -> list[Path]:
    """Returns the folders to search, in order. Raises `DataError` if a folder that was asked for is missing."""
    found = []
    named = {"--data": data_dir, VARIABLE: Path(value) if (value := os.environ.get(VARIABLE)) else None}
    for origin, folder in named.items():
        if folder is None:
            continue
        if not folder.is_dir():
            raise DataError(f"{origin}: no such folder: {folder}", "Give the folder that holds MNIST/ or NAME.npz")
        found.append(folder)
    try:
        cache = cache_folder()
    except RuntimeError:  # the user has no home folder
        return found
    return [*found, cache] if cache.is_dir() else found


def find(name: str, data_dir: Path | None) -> Arrays | None:
    """Returns the data set `name`, or None if this machine does not have it.

    The names are "mnist", "cifar10", "cifar10-jpeg" and "digits". Raises `DataError` if the name is unknown, a folder
    that was asked for is missing, or a file is wrong.
    """
    if name not in KINDS:
        raise DataError(f"there is no data set called {name!r}", f"Known are {', '.join(KINDS)}")
    if name == "digits":
        from cnngrade.datasets.digits import load_digits  # imports scikit-learn and torch, which only this set needs

        return load_digits()
    for place in places(data_dir):
        if arrays := read_place(name, place):
            return arrays
    return None


def load_first(names: Sequence[str], data_dir: Path | None) -> tuple[Arrays | None, str]:
    """Returns the first of `names` that this machine has, and one line that says what is used.

    If it has none of them, this returns None, and the line says why. Raises `DataError` as `find` does: a broken data
    set is reported, not skipped.
    """
    for name in names:
        if arrays := find(name, data_dir):
            counts = f"{len(arrays.train_images):,} training and {len(arrays.test_images):,} test images"
            missing = names[: list(names).index(name)]
            instead = f" (in place of {', '.join(missing)}, not found)" if missing else ""
            return arrays, f"{name}{instead}: {counts} from {arrays.source}"
    where = ", ".join(map(str, places(data_dir))) or "no folder of data at all"
    return None, f"no {' or '.join(names)} here (looked in {where}). Give --data DIR, or see: cnngrade data list"


def read_place(name: str, place: Path) -> Arrays | None:
    """Reads the data set from one folder. Returns None if it is not there.

    Raises `DataError` if it is there but wrong.
    """
    raw = place / "MNIST" / "raw"
    if name == "mnist" and any(_idx_file(raw, file).exists() for file in IDX.values()):
        return checked(name, {part: _read_idx(_idx_file(raw, file)) for part, file in IDX.items()}, str(raw))
    if name == "cifar10" and (place / BATCHES).is_dir():
        return _read_batches(place)
    if (file := place / f"{name}.npz").exists():
        return checked(name, _read_npz(file), str(file))
    return None


def _idx_file(folder: Path, name: str) -> Path:
    plain, packed = folder / name, folder / f"{name}.gz"
    return packed if packed.exists() and not plain.exists() else plain


def _read_idx(path: Path) -> NDArray[np.generic]:
    """Reads one file of MNIST: a big-endian header (magic, then the sizes), then bytes."""
    try:
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except FileNotFoundError as error:
        raise DataError(f"{path} is missing", "MNIST has four files; copy all of them") from error
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path} cannot be read ({error})", "Fetch it again") from error
    dimensions = 3 if "idx3" in path.name else 1
    header = np.frombuffer(content[: 4 * (dimensions + 1)], dtype=">u4")
    if len(header) != dimensions + 1 or header[0] != IDX_MAGIC[dimensions]:
        raise DataError(f"{path} is no IDX file of {dimensions} dimensions", "Fetch it again")
    sizes = [int(size) for size in header[1:]]
    body = np.frombuffer(bytearray(content), dtype=np.uint8, offset=header.nbytes)
    if len(body) != int(np.prod(sizes)):
        raise DataError(f"{path} holds {len(body):,} bytes, but its header says {sizes}", "Fetch it again")
    return body.reshape(sizes)


def _read_batches(place: Path) -> Arrays:
    """Reads the original files of CIFAR-10. They are pickles: torchvision checks their md5 sums before it opens them."""
    from torchvision.datasets import CIFAR10

    source = str(place / BATCHES)
    try:
        train, test = (CIFAR10(str(place), train=train, download=False) for train in (True, False))
    except (RuntimeError, OSError) as error:
        raise DataError(
            f"{source}: a file is missing or its md5 sum is wrong", "Remove the folder and fetch it"
        ) from error
    parts = {"train_images": train.data, "test_images": test.data}
    parts |= {"train_labels": np.asarray(train.targets), "test_labels": np.asarray(test.targets)}
    return checked("cifar10", parts, source)


def _read_npz(path: Path) -> dict[str, NDArray[np.generic]]:
    try:
        archive = np.load(path, allow_pickle=False)
        if not isinstance(archive, np.lib.npyio.NpzFile):
            raise DataError(f"{path} is a single array, not an .npz", f"It should hold {', '.join(PARTS)}")
        with archive:
            names = [f"{split}_{what}" for split in ("train", "test") for what in ("jpeg", "offsets")]
            packed = all(name in archive.files for name in names)
            needed = [*names, "train_labels", "test_labels"] if packed else PARTS
            missing = [name for name in needed if name not in archive.files]
            if missing:
                raise DataError(f"{path} has no {', '.join(missing)}", f"It should hold {', '.join(PARTS)}")
            parts = {name: archive[name] for name in needed}
        for split in ("train", "test") if packed else ():
            parts[f"{split}_images"] = _unpack_jpeg(parts[f"{split}_jpeg"], parts[f"{split}_offsets"])
    except (OSError, ValueError, EOFError, IndexError, MemoryError, zipfile.BadZipFile, zlib.error) as error:
        # A pickled array ends up here too: it could run code, so numpy refuses it.
        line = next(iter(str(error).splitlines()), type(error).__name__)
        raise DataError(
            f"{path} cannot be read ({line})", f"It should hold {', '.join(PARTS)} as plain arrays"
        ) from error
    return {name: parts[name] for name in PARTS}


def _unpack_jpeg(stream: NDArray[np.generic], offsets: NDArray[np.generic]) -> NDArray[np.generic]:
    """Decodes images stored as one stream of JPEG files. Image i lies from offsets[i] to offsets[i + 1]."""
    from PIL import Image

    content = stream.tobytes()
    ends = [int(offset) for offset in offsets]
    pieces = pairwise(ends)
    return np.stack([np.asarray(Image.open(io.BytesIO(content[a:b])).convert("RGB")) for a, b in pieces])
