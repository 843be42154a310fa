"""Trained models, kept on the disk: judging an accuracy task again need not train again.

What is kept is the answer of the probe `trained`, as bytes of the wire, never a pickle: reading it back is as careful as
receiving it was. Its name is a digest of the question and of all that answers it, so that a changed submission, data set,
budget or seed trains anew.
"""

from __future__ import annotations

import contextlib
import hashlib
from functools import partial
from pathlib import Path
from typing import Any

import torch

import cnngrade
from cnngrade.judge.allowance import allowance_of
from cnngrade.judge.grading import session_of
from cnngrade.judge.jobs import Job
from cnngrade.judge.plan import Plan
from cnngrade.judge.session import Ask, Session
from cnngrade.records.digests import digest_of_text
from cnngrade.records.files import replace_file
from cnngrade.sandbox.inside import wire
from cnngrade.sandbox.outside.interface import Isolation

_PROBE = "trained"
_SUFFIX = ".model"
_QUOTA = 512 * 2**20  # bytes of one student's models, of all tasks; the largest single one has 64 MB


class KeepingSession(Session):
    """A session that looks for a trained model in `folder` before it trains one."""

    def __init__(self, *args: Any, folder: Path, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._folder = folder
        self._used: set[Path] = set()
        self._trained: tuple[Path, Any] | None = None  # what has come back, and may yet turn out to be no model

    def ask(self, ask: Ask) -> Any:
        """As `Session.ask`; what it trains is kept when `keep` says so."""
        if ask.probe != _PROBE:
            return super().ask(ask)
        self._trained = None
        path = self._folder / self._name(ask)
        kept = _read(path)
        self._used.add(path)
        if kept is not None:
            return kept
        answer = super().ask(ask)
        self._trained = path, answer
        return answer

    def keep(self) -> None:
        """Keeps what was trained last, which our own network has read, so that it is a model; within a student's quota."""
        if self._trained is None:
            return
        (path, answer), self._trained = self._trained, None
        with contextlib.suppress(OSError, TypeError, ValueError):  # it is a convenience: a full disk costs no grade
            body = wire.encode_reply(wire.Returned(answer))
            if len(body) + _occupied(self._folder.parent) <= _QUOTA:
                replace_file(path, body, 0o600)

    def forget_others(self) -> None:
        """Removes the models in the folder that were neither trained nor read in this session: they fit nothing any more."""
        with contextlib.suppress(OSError):
            for path in set(self._folder.glob(f"*{_SUFFIX}")) - self._used:
                path.unlink()

    def _name(self, ask: Ask) -> str:
        allowance = allowance_of(ask.limits) if ask.limits else self._most
        digest = hashlib.sha256(repr((cnngrade.__version__, torch.__version__, self._isolation.device)).encode())
        load = wire.Load(dict(sorted(self._files.items())), self._week_files, self._probes, "", self._most)
        for body in (load, ask.call(allowance)):
            digest.update(wire.encode_request(body))
        return digest.hexdigest()[:40] + _SUFFIX


def keeping(plan: Plan, job: Job, isolation: Isolation, folder: Path | None) -> Session:
    """Returns a session for a job's files, which keeps its model in `folder` where the job trains for one task."""
    training = [task.id for task in job.of(plan.tasks) if task.training]
    if folder is None or len(training) != 1:
        return session_of(plan, job, isolation)
    # By student and task, so that older models can be told from others'.
    student = digest_of_text(job.submission.student)[:20]
    return session_of(plan, job, isolation, partial(KeepingSession, folder=folder / student / training[0]))


def _occupied(folder: Path) -> int:
    """Bytes of a student's models."""
    return sum(path.stat().st_size for path in folder.rglob(f"*{_SUFFIX}"))


def _read(path: Path) -> Any | None:
    try:
        reply = wire.decode_reply(path.read_bytes())
    except (OSError, wire.WireError):
        return None
    return reply.value if isinstance(reply, wire.Returned) else None
