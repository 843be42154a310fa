from __future__ import annotations

import os
from pathlib import Path

import pytest

from cnngrade.errors import OutputError
from cnngrade.records.files import replace_file, write_file


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    """The new content takes the place of the old one, in a folder that is made, with the permissions that are asked for."""
    path = tmp_path / "new" / "report.json"
    for content in (b"old", b"new"):
        replace_file(path, content, 0o640)
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"new", 0o640)
    assert [*path.parent.iterdir()] == [path]


def test_what_cannot_be_written_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write that fails half way leaves the file as it was, and nothing beside it."""
    (tmp_path / "a").write_bytes(b"old")

    def fail(_path: Path, _content: bytes) -> int:
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", fail)
        with pytest.raises(OSError, match="No space left"):
            replace_file(tmp_path / "a", b"new")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a", b"old")]


def test_a_file_in_place_of_the_folder_is_told(tmp_path: Path) -> None:
    """Where a file stands in place of the folder, one line says so, and what to do."""
    (tmp_path / "a").touch()
    with pytest.raises(OutputError, match=r"a is a file, not a folder\. Move it away"):
        write_file(tmp_path / "a" / "b", lambda: b"", "Move it away")
