from __future__ import annotations

from pathlib import Path

from cnngrade.records.digests import digest_of_files, digest_of_parts, digest_of_text, files_below
from cnngrade.submissions import Submission

FILES = {"models.py": b"x = 1\n", "data.py": b""}


def test_digests_that_stand_in_reports_stay_what_they_are() -> None:
    """Each digest has the value that earlier versions have stored: else nothing could be compared."""
    assert digest_of_files(sorted(FILES.items()))[:16] == "da531a47e144491f"
    assert Submission("ada", FILES).sha256[:16] == "d9a1bcf4fce806c8"
    assert digest_of_text("王芳")[:16] == "8ac9540bf3a5f9df"


def test_a_byte_cannot_move_between_parts() -> None:
    """What ends one name, text or file and begins the next is told apart, also where together they read the same."""
    assert digest_of_parts([b"ab", b"c"]) != digest_of_parts([b"a", b"bc"])
    assert digest_of_files([("a", b"b\0")]) != digest_of_files([("a", b"b"), ("", b"")])


def test_a_text_that_is_no_unicode_has_a_digest() -> None:
    """A lone surrogate, as names of files have them, is digested like any other text."""
    assert digest_of_text("\udcff") != digest_of_text("?")


def test_caches_and_hidden_files_are_passed_over(tmp_path: Path) -> None:
    """What Python, editors and git leave in a folder, at any depth, is none of its files."""
    for name in ("a.py", "b/c.py", "b/__pycache__/c.pyc", ".git/config", "b/.c.py.swp"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert {path.relative_to(tmp_path).as_posix() for path in files_below(tmp_path)} == {"a.py", "b/c.py"}
