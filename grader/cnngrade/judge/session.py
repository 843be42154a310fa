"""A session: one submission (or the reference, or a known mistake) and the process that answers for it.

The process is started when needed and again after it died or was killed at a deadline, so that one hanging function costs
its own task and not the week.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, Protocol

from cnngrade.course.assignment import Limits
from cnngrade.errors import GraderError
from cnngrade.judge.allowance import allowance_of
from cnngrade.judge.budget import IMPORT, Budget
from cnngrade.judge.failures import Failure, of_exception
from cnngrade.judge.ownlimits import uninterrupted
from cnngrade.reading.elementary import Elementary, Reader
from cnngrade.records.report import Verdict
from cnngrade.sandbox.inside import wire
from cnngrade.sandbox.outside.interface import Inside, Isolation

_STARTUP = 180.0  # seconds; a fresh process imports torch first, on a busy machine
_IMPORT = IMPORT  # seconds for importing one of the submission's files
_REPLY = 64 * 2**20  # bytes; the largest answer a probe may give


class StartError(GraderError):
    """The process for student code does not start: nothing can be graded on this machine."""


@dataclass(frozen=True)
class Limit:
    """How long an answer may take, and why no longer."""

    seconds: float
    text: str

    def __str__(self) -> str:
        return self.text


class Pace(Protocol):
    """A limit that is found out while the answer is waited for."""

    @property
    def after(self) -> float:
        """Seconds that any answer may take."""

    def limit(self, most: float) -> Limit:
        """How long this one may take: at least `after`, at most `most` seconds."""


@dataclass(frozen=True)
class Ask:
    """One call of a probe: what is called, and what the answer may take.

    `pace` may end it before `seconds` have passed: it is asked once the answer is late.
    """

    probe: str
    args: Sequence[Any]
    kwargs: Mapping[str, Any]
    seed: int
    seconds: float
    limits: Limits | None = None  # the most that the session allows, where none are given
    pace: Pace | None = None
    what: str = "this test"  # is not done, where it takes too long
    importing: bool = False  # paid for apart from what the tests cost

    def call(self, allowance: wire.Allowance, number: int = 0) -> wire.Call:
        """Returns the call as the wire carries it."""
        return wire.Call(self.probe, list(self.args), dict(self.kwargs), self.seed, allowance, number)


class _Abandoned(Exception):
    """The process was lost through no fault of its own; another one is asked instead."""


class Session:
    """Asks probes to run beside `files`, which are never allowed more than `limits`; a context manager.

    What the code costs in all is held against `budget`.
    """

    def __init__(
        self,
        isolation: Isolation,
        files: Mapping[str, bytes],
        week_files: Sequence[str],
        probes: str,
        limits: Limits,
    ) -> None:
        self._isolation = isolation
        self._files, self._week_files, self._probes = dict(files), list(week_files), probes
        self._limits, self._most = limits, allowance_of(limits)
        self._process: Inside | None = None
        self._loaded = False
        self._unimportable: dict[str, Failure] = {}
        self._imported: set[str] = set()  # by the process that runs now
        self._tried_again = False
        self.budget = Budget()  # whoever judges sets another one
        self._readers: dict[Elementary, Reader] = {}
        self.environment: wire.Ready | None = None
        self.crowded = False  # whether it says that others had filled the GPU

    def start(self) -> None:
        """Starts the process ahead of the first question; returns at once."""
        if self._process is None:
            self._process = self._isolation.start(self._limits.output_kb * 1024, self._most)
            self._loaded = False

    def load(self) -> wire.Ready:
        """Waits until the process holds the submission; returns what it runs on. Raises `GraderError` if it cannot."""
        with uninterrupted():
            try:
                return self._load()
            except _Abandoned:
                return self._load()

    def _load(self) -> wire.Ready:
        self.start()
        assert self._process is not None
        if self._loaded and self.environment:
            return self.environment
        request = wire.Load(self._files, self._week_files, self._probes, self._isolation.device, self._most)
        started = time.monotonic()
        deadline = started + _STARTUP
        try:
            channel = self._process.channel
            channel.receive(deadline, limit=4096)
            channel.send(wire.encode_request(request), deadline)
            ready = wire.decode_reply(channel.receive(deadline, limit=4096))
        except wire.WireError as error:
            self._retry_if_abandoned(error)
            ending = self._process.ending() if isinstance(error, wire.Closed) else str(error)
            self._process.kill()  # after which all that it printed has been read
            last = self._process.output().strip().rpartition("\n")[2]
            self.close()
            raise StartError(f"the process for student code did not start: it {ending} ({last})") from None
        if not isinstance(ready, wire.Ready):
            raise GraderError("the process for student code did not start properly")
        self._loaded, self.environment = True, ready
        self.budget.spend_on_start(time.monotonic() - started)
        return ready

    def reader(self, allowed: Elementary) -> Reader:
        """Reads the files as source, once; no process is asked."""
        if allowed not in self._readers:
            self._readers[allowed] = Reader(self._files, self._week_files, allowed)
        return self._readers[allowed]

    def import_file(self, file: str) -> None:
        """Imports one of the week's files once; raises the same `Failure` again for every test that needs it."""
        if file in self._unimportable:
            raise self._unimportable[file]
        if file in self._imported:
            return
        try:
            self.ask(Ask("load_file", [file], {}, seed=0, seconds=_IMPORT, what=f"importing {file}", importing=True))
        except Failure as failure:
            self._unimportable[file] = failure
            raise
        self._imported.add(file)

    def ask(self, ask: Ask) -> Any:
        """Returns what the probe returned; raises `Failure` with a verdict when there is no answer to judge."""
        with uninterrupted():
            try:
                return self._ask(ask)
            except _Abandoned:
                return self._ask(ask)

    def _ask(self, ask: Ask) -> Any:
        self.load()
        assert self._process is not None
        pace, allowance = ask.pace, allowance_of(ask.limits) if ask.limits else self._most
        number = secrets.randbits(62)
        body = wire.encode_request(ask.call(allowance, number))
        allowed = self._affordable(ask)
        started = time.monotonic()
        try:
            self._process.allow(allowance)
            self._process.channel.send(body, started + allowed.seconds)
            if pace and not self._process.channel.is_answered(started + min(pace.after, allowed.seconds)):
                allowed = min(allowed, pace.limit(allowed.seconds), key=lambda limit: limit.seconds)
            reply = wire.decode_reply(self._process.channel.receive(started + allowed.seconds, _REPLY))
        except wire.DeadlineError:
            self._end()
            raise Failure(Verdict.TIMEOUT, f"{ask.what} was not done after {allowed}", "timeout") from None
        except wire.Closed as error:
            self._retry_if_abandoned(error)
            self._died()
        except wire.WireError as error:
            self._end()
            raise Failure(Verdict.WRONG, f"the result cannot be used: {error}") from None
        except MemoryError:  # in the middle of a message
            self._end()
            raise
        finally:
            self._spend(time.monotonic() - started, ask)
        match reply:
            case wire.Returned(value=value) if reply.number == number:
                return value
            case wire.Raised() if reply.number == number:
                self.crowded |= reply.kind == "crowded" and self._on_gpu
                raise of_exception(reply.kind, reply.exception, reply.message, reply.frames)
            case _:
                self._end()
                raise Failure(Verdict.CRASH, "the process gave an answer nobody had asked for")

    def _affordable(self, ask: Ask) -> Limit:
        """How long the answer may take; raises `Failure` where the submission has used up what it has."""
        left = self.budget.left(ask.importing)
        if left <= 0:
            spent = self.budget.spent(ask.importing)
            raise Failure(Verdict.TIMEOUT, f"not run: {spent}, and they are used up", "timeout")
        if left < ask.seconds:
            return Limit(left, f"{left:.3g} seconds: {self.budget.spent(ask.importing)}, and the others are used up")
        return Limit(ask.seconds, f"{ask.seconds:.3g} seconds, the limit")

    def _spend(self, seconds: float, ask: Ask) -> None:
        self.budget.spend_on_import(seconds) if ask.importing else self.budget.spend(seconds)

    @property
    def _on_gpu(self) -> bool:
        """Whether it computes on one, which the process has said before any of the submission's code ran."""
        return self._isolation.device != "cpu" and self.environment is not None and self.environment.device != "cpu"

    def _retry_if_abandoned(self, error: wire.WireError) -> None:
        """Raises `_Abandoned`, once, when the process ended with what it was forked from, and not by itself."""
        assert self._process is not None
        if isinstance(error, wire.Closed) and not self._tried_again and self._process.abandoned:
            self._tried_again = True
            self.close()
            raise _Abandoned

    def _died(self) -> NoReturn:
        assert self._process is not None
        ending, verdict = self._process.ending(), self._process.exceeded or Verdict.CRASH
        self._end()
        raise Failure(verdict, f"the code {ending}", "the process died")  # how is not known of every isolation

    def _end(self) -> None:
        """Ends the process for what the submission did in it: starting another one is on its account."""
        self.close()
        self.budget.note_end()

    def keep(self) -> None:
        """Keeps what was trained last, which our own network has read: a session of this kind keeps nothing."""

    def forget_others(self) -> None:
        """Forgets what was kept earlier and has not been used in this session: a session of this kind has kept nothing."""

    def output(self) -> str:
        """The end of what the running process has printed."""
        return self._process.output() if self._process else ""

    def close(self) -> None:
        """Ends the process; the next question starts another."""
        if self._process is not None:
            self._process.kill()
        self._process, self._loaded = None, False
        self._imported.clear()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
