"""A week's hidden suite run as most graders would: everything in one process. `passes()` does, and is its own pytest plugin.

The student's code, the reference and the tests share it; nothing is isolated, nothing has a limit. The submission is the
working folder, `PEER_WEEK` the week's name. Tests that train are left out.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch
from modules import load

from cnngrade.course import find_course
from cnngrade.sandbox.inside import probes, wire

_WEEK = find_course(Path(__file__).parents[2]).week(os.environ["PEER_WEEK"])
_TRAINED = {task.id for task in _WEEK.tasks if task.data}


class Files:
    """The week's files in a folder, by symbol."""

    device = "cpu"

    def __init__(self, folder: Path, prefix: str) -> None:
        self.folder, self._prefix = folder, prefix
        self._modules: dict[str, ModuleType] = {}

    def __call__(self, symbol: str) -> Any:
        file, _, name = symbol.partition(":")
        if file not in self._modules:
            self._modules[file] = load(self.folder / file, f"{self._prefix}_{Path(file).stem}")
        return getattr(self._modules[file], name)


class Side:
    """Probes, called directly."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def __getattr__(self, probe: str) -> Callable[..., Any]:
        found = getattr(_week_probes, probe, None) or getattr(probes, probe)

        def ask(*args: Any, **kwargs: Any) -> Any:
            torch.manual_seed(0)
            value = found(self._files, *args, **kwargs)
            return wire.unpack(wire.pack(value))  # as it comes out of a sandbox: a torch.Size is a tuple then

        return ask


_week_probes = load(_WEEK.probes, "week_probes") if _WEEK.probes else None


def passes() -> bool:
    """Whether the submission in the working folder passes every test."""
    suite = Path(__file__).parents[2] / "assignments" / os.environ["PEER_WEEK"] / "hidden"
    options = ["-p", "no:cacheprovider", "-p", "no:terminal", "--import-mode=importlib", "-c", os.devnull]
    return pytest.main([*options, str(suite)], plugins=[sys.modules[__name__]]) == 0


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "task(id): the task a test belongs to")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = [
        item for item in items if (marker := item.get_closest_marker("task")) and marker.args[0] not in _TRAINED
    ]


@pytest.fixture(scope="session")
def inside() -> Side:
    return Side(Files(Path.cwd(), "student"))


@pytest.fixture(scope="session")
def reference() -> Side:
    assert _WEEK.solution
    return Side(Files(_WEEK.solution, "ours"))
