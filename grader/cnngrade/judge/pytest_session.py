"""pytest's session, which is opened once for all submissions: the suites are collected, and stay ready to be run."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TypeVar

import pytest
from _pytest.config import (
    _prepareconfig,
)  # as pytest-xdist starts its workers: `pytest.main` returns only when all is over

from cnngrade.errors import GraderError
from cnngrade.judge.plugin import Judge
from cnngrade.judge.values import short_tensors

J = TypeVar("J", bound=Judge)
_NOT_NEEDED = (  # pytest's own plugins: each takes its time at every phase of every test
    *("terminal", "cacheprovider", "faulthandler", "logging", "doctest", "warnings", "capture", "unittest", "subtests"),
    *("threadexception", "unraisableexception", "setuponly", "setupplan", "stepwise", "pastebin", "junitxml"),
)


@contextmanager
def collected(judge: J) -> Iterator[J]:
    """Collects the suites of the judge's plan; while the block runs, it can run their tests.

    Raises `CourseError` where a suite is wrong, and `GraderError` where pytest does not get as far as that.
    """
    with warnings.catch_warnings(), short_tensors(), ExitStack() as stack:
        warnings.simplefilter("ignore")
        try:
            judge.items = stack.enter_context(_session(judge)).perform_collect()
        except Exception as error:
            raise judge.error or GraderError(f"pytest cannot collect the suites: {error!r}") from error
        if judge.error is not None:
            raise judge.error
        yield judge


@contextmanager
def _session(judge: Judge) -> Iterator[pytest.Session]:
    """Opens a session of pytest, with the judge for a plugin."""
    arguments = [
        *(str(suite) for suite in judge.plan.suites),
        f"--rootdir={judge.week.folder}",
        f"--config-file={Path(__file__).with_name('pytest.ini')}",
        *(part for name in _NOT_NEEDED for part in ("-p", f"no:{name}")),
        "--import-mode=importlib",
        "--strict-markers",
        "--assert=plain",  # pytest's own explanation of two texts that differ takes minutes where they are long
    ]
    # Plugins of other projects in this environment have no part in a grade.
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        config = _prepareconfig(arguments, [judge])
    try:
        session = pytest.Session.from_config(config)
        config._do_configure()
        config.hook.pytest_sessionstart(session=session)
        try:
            yield session
        finally:
            config.hook.pytest_sessionfinish(session=session, exitstatus=pytest.ExitCode.OK)
    finally:
        config._ensure_unconfigure()
