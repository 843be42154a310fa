from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from cnngrade.cli.data import data
from cnngrade.errors import DataError


@pytest.fixture(autouse=True)
def _own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CNNGRADE_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "200")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(data, arguments)


def row(output: str, name: str) -> list[str]:
    return next(line.split(maxsplit=3) for line in output.splitlines() if line.split()[:1] == [name])


def test_list(tmp_path: Path) -> None:
    """The list says what is found, where and how much, and what to do about what is missing or broken."""
    random = np.random.default_rng(0)
    parts = {f"{split}_images": random.integers(0, 256, (2000, 28, 28), dtype=np.uint8) for split in ("train", "test")}
    parts |= {f"{split}_labels": np.arange(2000) % 10 for split in ("train", "test")}
    np.savez(tmp_path / "mnist.npz", **parts)
    (tmp_path / "cifar10-jpeg.npz").write_bytes(b"broken")
    result = run("list", "--data", str(tmp_path))
    assert result.exit_code == 0
    assert [cell.strip() for cell in row(result.output, "mnist")] == [
        "mnist",
        "2,000",
        "2,000",
        str(tmp_path / "mnist.npz"),
    ]
    assert "cnngrade data fetch cifar10" in row(result.output, "cifar10")[3]
    assert "broken: " in row(result.output, "cifar10-jpeg")[3]
    assert row(result.output, "digits")[1:3] == ["1,437", "360"]
    assert f"looked in: {tmp_path}" in result.output


def test_list_without_data() -> None:
    """On a machine without data the list names the cache, and what stands in for MNIST."""
    output = run("list").output
    assert "the digits stand in for it" in row(output, "mnist")[3]
    assert "cache/cnngrade (not there yet)" in output


def test_list_of_a_folder_that_is_not_there(tmp_path: Path) -> None:
    """A wrong --data is an error of the user's, not an empty list."""
    error = run("list", "--data", str(tmp_path / "nowhere")).exception
    assert isinstance(error, DataError)


def test_fetch(tmp_path: Path) -> None:
    """What needs no download says so; what cannot be downloaded is an error of the user's with a next step."""
    assert run("fetch", "digits").output == "digits come with scikit-learn: nothing to download\n"
    error = run("fetch", "cifar10-jpeg", "--to", str(tmp_path)).exception
    assert isinstance(error, DataError)
    assert "--data" in error.hint


@pytest.mark.parametrize("command", [[], ["list"], ["fetch"]])
def test_help_has_an_example(command: list[str]) -> None:
    """Each of the commands shows how it is used."""
    result = run(*command, "--help")
    assert result.exit_code == 0
    assert "Example: cnngrade data " in result.output
