"""What can come of asking the inside, besides an answer: each failure carries its verdict."""

from __future__ import annotations

from cnngrade.encodings import printable
from cnngrade.records.report import Verdict
from cnngrade.sandbox.inside.wire import Frame

_VERDICTS = {
    "missing": Verdict.MISSING,
    "memory": Verdict.MEMORY,
    "crowded": Verdict.MEMORY,  # of a GPU that others had filled; worth another try alone
    "wrong": Verdict.WRONG,
}
_MAX_TEXT = 2000  # characters of an exception's message; the inside cuts it too, but it is not to be believed


class Failure(Exception):
    """The student's code gave no usable answer. `signature` is what two equal failures have in common."""

    def __init__(self, verdict: Verdict, message: str, signature: str = "") -> None:
        super().__init__(message)
        self.verdict = verdict
        self.message = message
        self.signature = signature or message


class NotGraded(Exception):
    """This machine cannot judge the task: no GPU, no data."""


class Wrong(AssertionError):
    """A claim does not hold; the message says what was expected and what came."""


def of_exception(kind: str, exception: str, message: str, frames: list[Frame]) -> Failure:
    """The failure for an exception raised inside. What the inside claims can only ever cost points."""
    verdict = _VERDICTS.get(kind, Verdict.CRASH)
    exception, message, frames = exception[:80], printable(message[:_MAX_TEXT]), frames[-1:]
    # The last lines of PyTorch's messages are often a C++ stack: of no use to a student.
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
