"""`cnngrade doctor`: what this machine offers, and what to install for more."""

from __future__ import annotations

import importlib.metadata
import json
import platform
import shutil
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from cnngrade.errors import DataError

PACKAGES = ("torch", "torchvision", "numpy", "pytest", "scikit-learn")
_NAMESPACES = (
    "sysctl kernel.apparmor_restrict_unprivileged_userns=0 on Ubuntu, kernel.unprivileged_userns_clone=1 on Debian"
)
FETCHED = ("mnist", "cifar10")


@dataclass(frozen=True)
class Offer:
    """Something that a machine may have, and what that means."""

    name: str
    available: bool
    explanation: str


@dataclass(frozen=True)
class Diagnosis:
    """What this machine offers; `more` says what to do to have more, a sentence each."""

    versions: dict[str, str]
    isolation: list[Offer]
    groups: Offer
    gpu: Offer
    data: list[Offer]
    more: list[str]


@click.command(epilog="Example: cnngrade doctor --data ~/data")
@click.option("--data", type=click.Path(path_type=Path), metavar="DIR", help="A folder of data sets to look into, too.")
@click.option("--json", "as_json", is_flag=True, help="Print the facts as JSON.")
def doctor(data: Path | None, as_json: bool) -> None:
    """Show what this machine offers: isolation, GPU, data, versions."""
    facts = diagnosis(data)
    if as_json:
        click.echo(json.dumps(asdict(facts), indent=2, ensure_ascii=False))
    else:
        _show(facts)


def diagnosis(data: Path | None = None) -> Diagnosis:
    """Looks at this machine; `data` is a folder of data sets to look into besides the usual places.

    Raises `DataError` where that folder, or the one that the environment names, is not there.
    """
    from cnngrade.sandbox.outside import levels

    gpu, sets, kinds = _gpu(), _data(data), levels()
    more = []
    if sys.platform == "linux" and not shutil.which("bwrap"):
        more.append("isolation: bubblewrap, for the sandbox (apt install bubblewrap, dnf install bubblewrap)")
    elif sys.platform == "linux" and not kinds[0][1]:
        more.append(f"isolation: namespaces for ordinary users ({_NAMESPACES})")
    if not gpu.available:
        more.append("tasks that need a GPU are not graded here; they cost nothing and earn nothing")
    missing = [offer.name for offer in sets if not offer.available]
    more += [f"{name}: cnngrade data fetch {name}, or --data DIR where it lies" for name in FETCHED if name in missing]
    return Diagnosis(_versions(), [Offer(*level) for level in kinds], _groups(), gpu, sets, more)


def _groups() -> Offer:
    """What counts the memory that the kernel holds for a submission: its own account, or ours."""
    from cnngrade.sandbox.outside import groups

    folder, why_not = groups.available()
    if folder is None:
        return Offer("cgroup v2", False, f"{why_not}; sockets are counted instead, and buffers kept small")
    return Offer("cgroup v2", True, "memory.max and pids.max hold for a submission, memory in the kernel included")


def _versions() -> dict[str, str]:
    from cnngrade import __version__

    versions = {"cnngrade": __version__, "python": platform.python_version(), "system": platform.platform(terse=True)}
    for package in PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            versions[package] = "not installed"
    return versions


def _gpu() -> Offer:
    try:
        import torch
    except Exception as error:  # a broken installation raises whatever its libraries raise
        return Offer("cuda", False, f"torch cannot be imported: {error}")
    if not torch.cuda.is_available():
        built = torch.version.cuda
        return Offer("cuda", False, f"torch {'finds no GPU' if built else 'is built without CUDA'}")
    names = [torch.cuda.get_device_name(number) for number in range(torch.cuda.device_count())]
    return Offer("cuda", True, ", ".join(names))


def _data(folder: Path | None) -> list[Offer]:
    from cnngrade.datasets import KINDS, find, places

    places(folder)  # a folder that was named and is not there is an error, not an absent data set
    offers = []
    for name in KINDS:
        try:
            arrays = find(name, folder)
        except DataError as error:
            offers.append(Offer(name, False, f"broken: {error}"))
            continue
        counts = f"{len(arrays.train_images):,} + {len(arrays.test_images):,} images, " if arrays else ""
        offers.append(Offer(name, arrays is not None, f"{counts}{arrays.source}" if arrays else "not found"))
    return offers


def _show(facts: Diagnosis) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("", "here", "what", box=None, pad_edge=False)
    table.columns[2].overflow = "fold"
    groups = [("isolation", facts.isolation), ("limits", [facts.groups]), ("GPU", [facts.gpu]), ("data", facts.data)]
    for group, offers in groups:
        for offer in offers:
            here = Text("yes", "green") if offer.available else Text("no", "yellow")
            table.add_row(f"{group}: {offer.name}", here, Text(offer.explanation))
    for name, version in facts.versions.items():
        table.add_row(name, "", Text(version))
    console = Console(highlight=False, markup=False)
    console.print(table)
    if facts.more:
        console.print("\nFor more:")
    for advice in facts.more:
        console.print(Text(f"  {advice}"))
