"""Judging processes: started from here, spoken to over a pipe, each with a folder of its own, and gone when we are."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import shutil
import signal
import tempfile
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, NoReturn

from cnngrade.errors import CnngradeError, GraderError
from cnngrade.sandbox.inside.lifeline import end_with_parent

_ENDING = 10.0  # seconds that a process has to clean up


@dataclass(frozen=True)
class JudgingProcess:
    """A process that judges, and our end of the pipe to it."""

    process: BaseProcess
    pipe: Connection
    folder: Path  # all its temporary files, so that they go with it however it ends


def hire(life: Callable[[Any, Connection], None], orders: object) -> JudgingProcess:
    """Starts a process that runs `life(orders, pipe)`, a function of a module; what it raises comes through the pipe."""
    context = multiprocessing.get_context("spawn")
    begun: list[JudgingProcess] = []
    try:
        with _interrupts_held_back():
            ours, theirs = context.Pipe()
            folder = Path(tempfile.mkdtemp(prefix="cnngrade-judge-"))
            process = context.Process(target=_live, args=(life, orders, theirs, folder), daemon=False)
            begun.append(JudgingProcess(process, ours, folder))
            process.start()
            theirs.close()
    except BaseException:  # one that was held back, for instance
        stop(begun, at_once=True)
        raise
    return begun[0]


def stop(members: Sequence[JudgingProcess], at_once: bool) -> None:
    """Ends processes and removes their folders: `at_once`, or once they have seen that nobody speaks to them."""
    for member in members:  # all are told before any is waited for
        member.pipe.close()
        if at_once and member.process.is_alive():
            member.process.terminate()
    for member in members:
        if member.process.pid is not None:
            member.process.join(_ENDING)
        if member.process.is_alive():
            member.process.kill()
            member.process.join()
        shutil.rmtree(member.folder, ignore_errors=True)


@contextlib.contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Ctrl-C and SIGTERM wait until the block ends; what is started meanwhile inherits that: its imports are not torn."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # before Python 3.13 its start undoes the mask
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _live(life: Callable[[Any, Connection], None], orders: object, pipe: Connection, folder: Path) -> None:
    """In the judging process."""
    first = multiprocessing.parent_process()
    end_with_parent(first.pid or 0 if first else 0)
    tempfile.tempdir = str(folder)
    # Ctrl-C reaches the whole group; what to do about it is the first process's to say. It ends us with SIGTERM, which
    # has to unwind so that no process beside student code outlives us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _unwind)
    try:
        if hasattr(signal, "pthread_sigmask"):
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
        life(orders, pipe)
    except EOFError:  # the first process has gone
        os._exit(1)
    except SystemExit:
        raise
    except BaseException as error:
        known = error if isinstance(error, CnngradeError) else GraderError(f"{type(error).__name__}: {error}")
        known.add_note("".join(traceback.format_exception(error)))  # for --debug: a pipe carries no traceback
        with contextlib.suppress(OSError):
            pipe.send(known)
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)  # nothing is left to unwind


def _unwind(_signal: int, _frame: object) -> NoReturn:
    raise SystemExit(1)
