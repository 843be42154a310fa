from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest

from cnngrade import __version__
from cnngrade.cli import main as cli
from cnngrade.errors import GraderError, UserError

GRADER = Path(cli.__file__).parents[2]


def cnngrade(*arguments: str, before: str = "", cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Runs the command in a process of its own; `before` is Python that runs first."""
    code = f"{before}\nimport sys\nfrom cnngrade.__main__ import main\nsys.argv = ['cnngrade', *{arguments!r}]\nmain()"
    environment = {**os.environ, "PYTHONPATH": str(GRADER)}
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=cwd, env=environment)


PROBE = """
import atexit, sys
heavy = {"torch", "torchvision", "numpy", "rich", "pydantic", "matplotlib", "sklearn", "jinja2", "pytest"}
atexit.register(lambda: print("heavy:", sorted(heavy & set(sys.modules))))
"""


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("start", "--help"), ("nonsense",)])
def test_help_imports_nothing_heavy(arguments: tuple[str, ...]) -> None:
    """Help, version and usage errors load neither torch nor anything else that takes its time."""
    assert cnngrade(*arguments, before=PROBE).stdout.endswith("heavy: []\n")


def test_help_lists_the_commands_that_exist() -> None:
    """`--help` names each command of this version with a summary, and no other."""
    listed = cnngrade("--help").stdout.split("Commands:\n")[1].split("\n\n")[0].splitlines()
    exist = [name for name in cli.COMMANDS if (GRADER / "cnngrade" / "cli" / f"{name}.py").exists()]
    assert [line.split()[0] for line in listed] == exist
    assert all(len(line.split()) > 2 for line in listed)


@pytest.mark.parametrize("name", cli.cli.list_commands(click.Context(cli.cli)))
def test_every_command_has_help_with_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`cnngrade COMMAND --help` ends well and shows how the command is typed."""
    assert cli.run([name, "--help"]) == 0
    out = capsys.readouterr().out
    assert "Example" in out
    assert f"cnngrade {name}" in out.split("Example")[1]
    assert "--debug" in out


def test_the_version_is_the_packages() -> None:
    """`--version` says the program's name and version."""
    assert cnngrade("--version").stdout == f"cnngrade {__version__}\n"


def test_the_module_is_the_command() -> None:
    """`python -m cnngrade` is the command, under its own name."""
    environment = {**os.environ, "PYTHONPATH": str(GRADER)}
    command = [sys.executable, "-m", "cnngrade", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert done.stdout.startswith("Usage: cnngrade [OPTIONS] COMMAND")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["strt"], "There is no command 'strt'. Did you mean 'start'? Try: cnngrade --help"),
        (["start"], "Missing argument 'WEEK'. Try: cnngrade start --help"),
        (["--bogus"], "No such option '--bogus'. Try: cnngrade --help"),
    ],
)
def test_a_wrong_command_line_is_one_line(arguments: list[str], expected: str) -> None:
    """What is typed wrongly exits with 2, one line, and the next step."""
    done = cnngrade(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"cnngrade: {expected}\n"


def test_no_command_shows_the_help() -> None:
    """`cnngrade` alone is no command line, and shows what would be one."""
    done = cnngrade()
    assert done.returncode == 2
    assert "Commands:" in done.stderr


def test_a_users_error_is_one_line_with_the_next_step(tmp_path: Path) -> None:
    """Outside of a course, the line says so and what to do; with --debug the traceback comes first."""
    done = cnngrade("start", "week1", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith("cnngrade: there is no course in ")
    for arguments in (("--debug", "start", "week1"), ("start", "week1", "--debug"), ("start", "--debug", "week1")):
        done = cnngrade(*arguments, cwd=tmp_path)
        assert done.returncode == 2
        assert done.stderr.startswith("Traceback (most recent call last)")
        assert done.stderr.splitlines()[-1].startswith("cnngrade: there is no course in ")


@pytest.fixture
def verb(monkeypatch: pytest.MonkeyPatch) -> click.Command:
    """A command `doctor` whose body a test replaces."""
    command = click.Command("doctor")
    monkeypatch.setattr(cli.Commands, "get_command", lambda *_: command)
    return command


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (UserError("no such file", "Make one"), 2, "no such file. Make one"),
        (GraderError("the worker broke"), 3, "the worker broke"),
        (KeyError("x"), 3, "internal error: KeyError: 'x' (run again with --debug for the traceback)"),
        (ValueError("a\nb"), 3, "internal error: ValueError: a (run again with --debug for the traceback)"),
        (ValueError(), 3, "internal error: ValueError (run again with --debug for the traceback)"),
        (KeyboardInterrupt(), 130, "stopped"),
        (click.FileError("out", "full"), 2, "Could not open file 'out': full"),
    ],
)
def test_each_kind_of_error_has_its_exit_code(
    verb: click.Command, error: BaseException, code: int, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every exception of a command becomes one line on standard error and the exit code of its kind."""

    def fail() -> None:
        raise error

    verb.callback = fail
    assert cli.run(["doctor"]) == code
    assert capsys.readouterr().err == f"cnngrade: {line}\n"


@pytest.mark.parametrize(("returned", "code"), [(None, 0), (0, 0), (1, 1)])
def test_a_commands_result_is_the_exit_code(verb: click.Command, returned: int | None, code: int) -> None:
    """A command that ends well says by its result whether points were lost."""
    verb.callback = lambda: returned
    assert cli.run(["doctor"]) == code


def test_a_command_may_exit_by_itself(verb: click.Command) -> None:
    """`ctx.exit(1)` and a returned 1 are the same."""
    verb.callback = lambda: click.get_current_context().exit(1)
    assert cli.run(["doctor"]) == 1


def test_a_reader_that_leaves_is_no_error() -> None:
    """`cnngrade ... | head` ends without a complaint."""
    code = "from cnngrade.cli.main import run; import sys; sys.exit(run(['--help']))"
    environment = {**os.environ, "PYTHONPATH": str(GRADER)}
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([sys.executable, "-c", code], stdout=writing, stderr=subprocess.PIPE, env=environment)
    os.close(writing)
    assert (done.returncode, done.stderr) == (cli.BROKEN_PIPE, b"")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_with_a_line(number: signal.Signals) -> None:
    """SIGINT or SIGTERM in the middle of a command ends it with a line, no traceback, and exit code 130."""
    code = (
        "import time, click\nfrom cnngrade.cli import main as cli\n"
        "wait = click.Command('doctor', callback=lambda: (print('waiting', flush=True), time.sleep(60)))\n"
        "cli.Commands.get_command = lambda *_: wait\nraise SystemExit(cli.run(['doctor']))"
    )
    environment = {**os.environ, "PYTHONPATH": str(GRADER)}
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
    assert process.stdout
    assert process.stdout.readline() == "waiting\n"
    process.send_signal(number)
    _, err = process.communicate(timeout=20)
    assert (process.returncode, err.splitlines()) == (130, ["cnngrade: stopped"])
