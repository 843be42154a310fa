"""The command line: finds the command, runs it, and turns whatever goes wrong into one line and an exit code.

Nothing heavy is imported here, nor at the top of a command's module, so that `--help` answers at once.
A command returns its exit code: None or 0 for done, 1 for done with points lost. Errors are raised, not returned.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import os
import signal
import sys
import threading
import traceback
from collections.abc import Iterator, Sequence
from typing import Any

import click

from cnngrade import __version__
from cnngrade.errors import CnngradeError, did_you_mean

COMMANDS = (
    *("start", "check", "grade", "mark", "report", "export", "similar"),
    *("new", "verify", "calibrate", "release", "data", "doctor"),
)
"""Each is `cnngrade.cli.<name>`, with the click command in an attribute of the same name."""

USER_ERROR, INTERNAL_ERROR, INTERRUPTED, BROKEN_PIPE = 2, 3, 130, 141

NO_ARGUMENTS: Any = getattr(click.exceptions, "NoArgsIsHelpError", ())  # since click 8.2; its message is the whole help


class Commands(click.Group):
    """Imports the module of a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands that this version has."""
        return [name for name in COMMANDS if importlib.util.find_spec(f"cnngrade.cli.{name}")]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, which takes --debug as the group does."""
        known = self.list_commands(ctx)
        if cmd_name not in known:
            if ctx.resilient_parsing:
                return None
            ctx.fail(f"There is no command {cmd_name!r}. {did_you_mean(cmd_name, known, 0.6)}".rstrip())
        command: click.Command = getattr(importlib.import_module(f"cnngrade.cli.{cmd_name}"), cmd_name)
        _accept_debug(command)
        return command


def _remember_debug(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value:
        ctx.ensure_object(dict)["debug"] = True


def _debug_option() -> click.Option:
    return click.Option(
        ["--debug"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_remember_debug,
        help="Show the traceback of an error.",
    )


def _accept_debug(command: click.Command) -> None:
    """Gives --debug to a command and its sub-commands, once."""
    if all(param.name != "debug" for param in command.params):
        command.params.append(_debug_option())
    if isinstance(command, click.Group):
        for each in command.commands.values():
            _accept_debug(each)


@click.group(
    cls=Commands,
    params=[_debug_option()],
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Each command has a --help with an example. Exit codes: 0 done, 1 done and points were lost, 2 the command "
    "line or a file of yours is wrong, 3 the grader itself failed.",
)
@click.version_option(__version__, message="%(prog)s %(version)s")
def cli() -> None:
    """An auto-graded course on convolutional networks."""


def run(arguments: Sequence[str]) -> int:
    """Runs one command line and returns its exit code; errors go to standard error, as one line each."""
    settings: dict[str, Any] = {"debug": False}
    try:
        with _ended_like_interrupted(), cli.make_context("cnngrade", list(arguments), obj=settings) as context:
            code = cli.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as stop:
        return _flushed(stop.exit_code)
    except (KeyboardInterrupt, EOFError, click.Abort):
        return _told("stopped", INTERRUPTED, settings)
    except BrokenPipeError:
        return _quiet()
    except NO_ARGUMENTS as error:
        error.show()
        return USER_ERROR
    except click.ClickException as error:
        return _told(_click_message(error), USER_ERROR, settings)
    except CnngradeError as error:
        return _told(str(error), error.exit_code, settings)
    except Exception as error:
        first = next(iter(str(error).splitlines()), "")
        what = f"{type(error).__name__}: {first}" if first else type(error).__name__
        advice = "" if settings["debug"] else " (run again with --debug for the traceback)"
        return _told(f"internal error: {what}{advice}", INTERNAL_ERROR, settings)
    return code if isinstance(code, int) else 0


@contextlib.contextmanager
def _ended_like_interrupted() -> Iterator[None]:
    """SIGTERM unwinds as Ctrl-C does, once: processes and temporary files go, what has been judged stays."""

    def unwind(*_: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # cleaning up is under way
        raise KeyboardInterrupt

    before = signal.getsignal(signal.SIGTERM)
    if before is not signal.SIG_DFL or threading.current_thread() is not threading.main_thread():
        yield  # somebody else decides
        return
    signal.signal(signal.SIGTERM, unwind)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _told(message: str, code: int, settings: dict[str, Any]) -> int:
    try:
        if settings["debug"]:
            traceback.print_exc()
        click.echo(f"cnngrade: {message}", err=True)
    except OSError:  # nobody reads standard error any more
        pass
    return _flushed(code)


def _flushed(code: int) -> int:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        return _quiet()
    return code


def _quiet() -> int:
    """The reader of the output has left (`| head`): no complaint now, nor from Python when it flushes at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return BROKEN_PIPE


def _click_message(error: click.ClickException) -> str:
    if isinstance(error, click.UsageError) and error.ctx is not None:
        return f"{error.format_message()} Try: {error.ctx.command_path} --help"
    return error.format_message()
