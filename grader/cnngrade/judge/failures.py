"""Failures of a request to the inside. Each failure carries its verdict."""

from __future__ import annotations

from cnngrade.encodings import printable
from cnngrade.records.report import Verdict
from cnngrade.sandbox.inside.wire import Frame

_VERDICTS = {
    "missing": Verdict.MISSING,
    "memory": Verdict.MEMORY,
    "crowded": Verdict.MEMORY,  # other processes had filled the GPU; a second try alone may work
    "wrong": Verdict.WRONG,
}
_MAX_TEXT = 2000  # characters of an exception's message; the inside cuts it too, but cannot be trusted


class Failure(Exception):
    """The student's code gave no usable answer. `signature` is the same for two equal failures."""

    def __init__(self, verdict: Verdict, message: str, signature: str = "") -> None:
        super().__init__(message)
        self.verdict = verdict
        self.message = message
        self.signature = signature or message


class NotGraded(Exception):
    """This machine cannot judge the task, because it has no GPU or no data."""


class Wrong(AssertionError):
    """A claim does not hold. The message says what was expected and what came."""


def of_exception(kind: str, exception: str, message: str, frames: list[Frame]) -> Failure:
    """Returns the failure for an exception raised inside. A false claim from inside can only cost points."""
    verdict = _VERDICTS.get(kind, Verdict.CRASH)
    exception, message, frames = exception[:80], printable(message[:_MAX_TEXT]), frames[-1:]
    # PyTorch's messages often end with a C++ stack, which does not help a student.
    message = message.split("\nException raised from", 1)[0].strip()
    text = f"{printable(exception)}: {message}" if message else printable(exception)
    if verdict in (Verdict.MISSING, Verdict.WRONG) and exception in ("Missing", "Unfit", "WireError"):
        text = message
    if verdict is Verdict.MISSING and exception == "NotImplementedError":
        text = "still raises NotImplementedError" + (f": {message}" if message else "")
    if verdict is not Verdict.MISSING and frames:
        last = frames[0]
        file, function, source = (printable(part[:200]) for part in (last.file, last.function, last.source))
        text += f"\n  at {file}:{last.line} in {function}: {source}"
    return Failure(verdict, text, signature=f"{kind[:20]} {exception}: {message}")
