from __future__ import annotations

import stat
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cnngrade.course import Course, secret_of
from cnngrade.errors import UserError
from tests.support.judging import REPOSITORY


def course(root: Path) -> Course:
    return Course(root, "tiny", "A tiny course", ("week1",))


def test_a_secret_is_made_once(tmp_path: Path) -> None:
    """The first use makes a secret that its owner alone can read; every later one finds the same."""
    secret = secret_of(course(tmp_path))
    assert len(set(secret)) > 8
    assert secret_of(course(tmp_path)) == secret
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_runs_that_begin_at_once_agree(tmp_path: Path) -> None:
    """Of many first uses at the same time all find one secret."""
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: secret_of(course(tmp_path)), range(32)))) == 1


def test_two_courses_have_two_secrets(tmp_path: Path) -> None:
    """No two courses share a secret by chance."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    assert secret_of(course(tmp_path / "one")) != secret_of(course(tmp_path / "two"))


def test_a_file_can_hold_it(tmp_path: Path) -> None:
    """A given file counts instead, without the line end that an editor adds, and nothing is made."""
    (tmp_path / "shared.txt").write_text("0123456789abcdef0123\n")
    assert secret_of(course(tmp_path), tmp_path / "shared.txt") == b"0123456789abcdef0123"
    assert not (tmp_path / "secret").exists()


@pytest.mark.parametrize(
    ("content", "says"),
    [(None, "there is no"), ("short\n", "too short for a secret: 5 characters"), ("", "0 characters")],
)
def test_a_file_without_one_is_told(tmp_path: Path, content: str | None, says: str) -> None:
    """A file that is not there, or holds too little, is one clear line."""
    path = tmp_path / "given"
    if content is not None:
        path.write_text(content)
    with pytest.raises(UserError, match=says):
        secret_of(course(tmp_path), path)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """Where no secret can be made, the line says how to give one."""
    with pytest.raises(UserError) as told:
        secret_of(course(tmp_path / "gone"))
    assert "cannot be written" in str(told.value)
    assert "--secret-file" in told.value.hint


def test_git_ignores_it() -> None:
    """The secret of this course is never committed."""
    ignored = subprocess.run(["git", "check-ignore", "-q", "secret"], cwd=REPOSITORY, check=False)
    assert ignored.returncode == 0
