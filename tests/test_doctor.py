from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from cnngrade import __version__
from cnngrade.cli.main import run


@pytest.fixture(autouse=True)
def no_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which no data set lies in the usual places."""
    monkeypatch.delenv("CNNGRADE_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "80")


def facts(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict:
    assert run(["doctor", "--json", *arguments]) == 0
    return json.loads(capsys.readouterr().out)


def test_it_says_what_is_here_and_what_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    """Versions, isolation, GPU and data are this machine's; of the data sets only the digits are always there."""
    seen = facts(capsys)
    assert seen["versions"]["cnngrade"] == __version__
    assert seen["versions"]["torch"].split("+")[0] == torch.__version__.split("+")[0]
    assert ("process", True) in [(level["name"], level["available"]) for level in seen["isolation"]]
    assert seen["gpu"]["available"] == torch.cuda.is_available()
    here = {offer["name"]: offer["available"] for offer in seen["data"]}
    assert here == {"mnist": False, "cifar10": False, "cifar10-jpeg": False, "digits": True}
    assert "mnist: cnngrade data fetch mnist, or --data DIR where it lies" in seen["more"]


def test_a_broken_data_set_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is no data set does not count as one, and the line says what is wrong with it."""
    (tmp_path / "mnist.npz").write_bytes(b"not a zip")
    mnist = facts(capsys, "--data", str(tmp_path))["data"][0]
    assert (mnist["name"], mnist["available"]) == ("mnist", False)
    assert mnist["explanation"].startswith(f"broken: {tmp_path / 'mnist.npz'}")


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--data with a wrong path is told as such, in one line."""
    assert run(["doctor", "--data", str(tmp_path / "absent")]) == 2
    assert capsys.readouterr().err.startswith("cnngrade: --data: no such folder")


@pytest.mark.parametrize("found", [True, False])
def test_bubblewrap_is_advised_where_it_is_missing(
    found: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On Linux without bubblewrap the package is named; where it is installed it is not."""
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("PATH", str(tmp_path))
    if found:
        (tmp_path / "bwrap").touch(mode=0o755)
    assert any("apt install bubblewrap" in advice for advice in facts(capsys)["more"]) is not found


def test_the_table_fits_80_columns(capsys: pytest.CaptureFixture[str]) -> None:
    """The table names every offer, and no line is wider than a terminal."""
    assert run(["doctor"]) == 0
    out = capsys.readouterr().out
    assert all(name in out for name in ("isolation: process", "GPU: cuda", "data: mnist", "data: digits", "torch"))
    assert max(len(line) for line in out.splitlines()) <= 80
