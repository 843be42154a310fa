"""Downloads a data set through torchvision. No other module of this package uses the network."""

from __future__ import annotations

import errno
import http.client
import os
import shutil
import socket
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from cnngrade.datasets.arrays import KINDS
from cnngrade.datasets.sources import BATCHES, read_place
from cnngrade.errors import DataError, OutputError

TIMEOUT = 30.0  # seconds without a byte
SIZES = {"mnist": "12 MB, 55 MB unpacked", "cifar10": "170 MB, 186 MB unpacked"}
FOLDERS = {"mnist": "MNIST/raw", "cifar10": BATCHES}
ELSEWHERE = "Copy it from a machine that has it, and give the folder with --data DIR or CNNGRADE_DATA"


def fetch(name: str, dest: Path, progress: Callable[[str], None]) -> None:
    """Downloads a data set into the folder `dest`, in torchvision's layout, and checks its md5 sums.

    `progress` is first told what is loaded, how large it is, from where and to which folder. No incomplete files
    remain. Raises `DataError` if the name has no download, there is no network, or a checksum is wrong. Raises
    `OutputError` if `dest` cannot be written.
    """
    if name not in KINDS:
        raise DataError(f"there is no data set called {name!r}", f"Known are {', '.join(KINDS)}")
    if name == "digits":
        progress("digits come with scikit-learn: nothing to download")
        return
    if name not in FOLDERS:
        raise DataError(f"{name} is not published, so it cannot be downloaded", ELSEWHERE)
    if dest.is_dir() and (present := read_place(name, dest)):
        progress(f"{name} is already in {present.source}")
        return
    try:
        dest.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=".fetching-", dir=dest))
    except OSError as error:
        raise OutputError(
            f"{dest} cannot be written ({error.strerror})", "Give another folder with --to DIR"
        ) from error
    try:
        _download(name, staging, dest, progress)
        target = dest / FOLDERS[name]
        target.mkdir(parents=True, exist_ok=True)
        for file in sorted((staging / FOLDERS[name]).iterdir()):
            if file.suffix != ".gz":  # torchvision keeps the packed file beside the unpacked one
                file.replace(target / file.name)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    read_place(name, dest)
    progress(f"{name} is in {target}; its checksums agree")


def _download(name: str, staging: Path, dest: Path, progress: Callable[[str], None]) -> None:
    from torchvision.datasets import CIFAR10, MNIST

    host = urlsplit(MNIST.mirrors[0] if name == "mnist" else CIFAR10.url).netloc
    progress(f"downloading {name} ({SIZES[name]}) from {host} to {dest}")
    try:
        with _timeout(TIMEOUT):
            (MNIST if name == "mnist" else CIFAR10)(str(staging), download=True)
    except (RuntimeError, OSError, EOFError, http.client.HTTPException, tarfile.TarError, zlib.error) as error:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS):
            what = f"{dest} cannot be written ({os.strerror(error.errno)})"
            raise OutputError(what, "Give another folder with --to DIR") from error
        lines = [line for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
        why = lines[-1].strip(" .<>").removeprefix("urlopen error ")
        if "corrupted" in why:
            why = "what came back has the wrong md5 sum"
        raise DataError(
            f"{name} could not be downloaded from {host}: {why}", f"Check the network. {ELSEWHERE}"
        ) from error


@contextmanager
def _timeout(seconds: float) -> Iterator[None]:
    """Gives every new socket a time limit, because torchvision opens its connections without one."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
