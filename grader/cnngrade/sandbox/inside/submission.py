"""The submission as probes see it: a folder of modules, looked up by symbols like `models.py:LeNet5`."""

from __future__ import annotations

import contextlib
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from cnngrade.sandbox.inside.errors import Missing


class WeekFinder(importlib.abc.MetaPathFinder):
    """Finds the week's own files before anything else, so that a package called `data` cannot hide them."""

    def __init__(self, folder: Path, files: Sequence[str]) -> None:
        self.paths = {Path(name).stem: folder / name for name in files}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Returns the spec of a week's file, or None for any other module.

        Raises `Missing` if the week's file is not there.
        """
        file = self.paths.get(fullname)
        if file is None:
            return None
        if not file.is_file():
            raise Missing(f"there is no {file.name}")
        return importlib.util.spec_from_file_location(fullname, file)


class StudentModules:
    """The files of one submission in `folder`. Calling it with a symbol gives the object."""

    def __init__(self, folder: Path, files: dict[str, bytes], week_files: Sequence[str], device: str = "cpu") -> None:
        self.folder = folder
        self.device = device
        self.week_files = list(week_files)
        for name, content in sorted(files.items()):
            path = folder / name
            with contextlib.suppress(OSError):  # an archive can hold both a.py and a.py/b.py; the first is kept
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        sys.meta_path.insert(0, WeekFinder(folder, week_files))
        # At the end of the path, so that a file named torch.py or random.py replaces no module.
        sys.path.append(str(folder))

    def module(self, file: str) -> ModuleType:
        """Returns the module of one of the week's files, imported at its first use.

        Raises `Missing` if the file is not there.
        """
        return importlib.import_module(Path(file).stem)

    def __call__(self, symbol: str) -> Any:
        """Returns the object that `file.py:Name` names. Raises `Missing`."""
        file, _, name = symbol.partition(":")
        module = self.module(file)
        try:
            return getattr(module, name)
        except AttributeError:
            raise Missing(f"{file} has no {name}") from None
