"""The gate: every value from inside passes here before it reaches a report, a database, a picture or a log.

After decoding, a value from inside is only data, but it may still do harm: a loss of 1e308 cannot be drawn, and a name
of a megabyte could carry hidden inputs out. So each kind of value has a form and a size. A value of another form is
left out, and a note says so. Nothing here raises an exception. A value that has passed once passes again unchanged.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from cnngrade.records.report import Report, TaskResult, WrittenResult

MESSAGE = 4000  # characters of one message
_LINES = 100  # of one message
_NOTE = 1000  # characters of one remark on a submission
_NOTES = 200
_ANSWER = 20_000  # characters of one written answer
_VERSION = 100  # characters of what a process says it runs on
# Bytes in report.json or in report.html, whichever is larger, for all texts of one kind: together 180 KB in one report.
_MESSAGES_BYTES, _NOTES_BYTES, _ANSWERS_BYTES = 100_000, 20_000, 60_000
# If all texts together are too long, each keeps this share of its limit: the first one with which they fit.
_SHARES = (*(0.8**step for step in range(24)), 0.0)
_LINE_BYTES = 130  # of markup around each further line of a message
_GROWING = re.compile(
    "[\"&'<>\\\\\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)  # escaping adds up to 5 bytes
_CUT = "\n... (cut)"

_NUMBERS = 300  # in one figure
_FIGURES = 50  # of one task
_NAME = 100  # characters of a data set, a class, a net
_LARGEST = 1e30  # larger numbers make the axes of a plot overflow
_CLASSES = 100
_ROWS = 20  # of a comparison
_IMAGES = 16
_PIXELS = 3 * 96 * 96


# --- texts ------------------------------------------------------------------------------------------------------------


def message(text: str) -> str:
    """Returns the message of a test, cut to a length that suits a report."""
    return _cut(text, MESSAGE)


def _cut(text: str, most: int, lines: int = _LINES) -> str:
    """Returns at most `most` characters of a text, in at most `lines` lines. 0 means any number of lines."""
    parts = text.split("\n", lines) if lines else [text]
    if len(text) <= most and len(parts) <= (lines or 1):
        return text
    kept = "\n".join(parts[: lines - 1]) if lines else text
    return kept[: most - len(_CUT)] + _CUT if most > len(_CUT) else ""


def _fitting(texts: Sequence[str], most: int, total: int, lines: int = _LINES) -> list[str]:
    """Cuts each of `texts` to `most` characters, and to fewer if together they take more than `total` bytes."""
    kept: list[str] = []
    for share in _SHARES:
        kept = [_cut(text, int(most * share), lines) for text in texts]
        if sum(_bytes(text, _LINE_BYTES if lines else 0) for text in kept) <= total:
            break
    return kept


def _bytes(text: str, line: int) -> int:
    """Returns the most bytes that a text can take in a report, if each further line takes `line` bytes."""
    return len(text.encode("utf-8", "replace")) + 5 * len(_GROWING.findall(text)) + line * text.count("\n")


# --- figures ----------------------------------------------------------------------------------------------------------


class _Unfit(Exception):
    """A figure that does not have its form."""


def figures(found: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the figures of a task that have the right form, as plain numbers, texts and lists.

    `dropped` names the others.
    """
    kept: dict[str, Any] = {}
    dropped: list[str] = []
    for name, value in list(found.items())[:_FIGURES]:
        try:
            kept[_name(name)] = _FORMS.get(name, _free)(value)
        except (_Unfit, ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError):
            dropped.append(_cut(name, _NAME) if isinstance(name, str) else type(name).__name__)
    if {"classes", "confusion"} <= kept.keys() and len(kept["classes"]) != len(kept["confusion"]):
        del kept["classes"]
        dropped.append("classes")
    if dropped := [*kept.pop("dropped", []), *dropped]:
        kept["dropped"] = list(dict.fromkeys(dropped))[:_FIGURES]
    return kept


def _plain(value: Any) -> Any:
    """Returns arrays and tensors as lists and numbers."""
    if not hasattr(value, "tolist"):
        return value
    if math.prod(value.shape) > _PIXELS:
        raise _Unfit
    return value.tolist()


def _listed(value: Any, most: int) -> Sequence[Any]:
    value = _plain(value)
    if not isinstance(value, list | tuple) or len(value) > most:
        raise _Unfit
    return value


def _record(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _Unfit
    return dict(value)  # a plain dict, because an `Answer` raises `Wrong` for a missing name


def _name(value: Any) -> str:
    if not isinstance(value, str) or len(value) > _NAME:
        raise _Unfit
    return value


def _number(value: Any) -> float:
    """Returns a finite number that can be drawn. A bool is not accepted."""
    value = _plain(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= _LARGEST:
        raise _Unfit
    return value if type(value) in (int, float) else float(value)


def _loss(value: Any) -> float | None:
    """Returns a number. Returns None for a loss that is not finite, which shows that a training diverged."""
    value = _plain(value)
    if value is None or (isinstance(value, float) and not abs(value) <= _LARGEST):
        return None
    return _number(value)


def _within(low: float, high: float) -> Callable[[Any], float]:
    def number(value: Any) -> float:
        if not low <= _number(value) <= high:
            raise _Unfit
        return _number(value)

    return number


def _whole(value: Any, most: float = _LARGEST) -> int:
    """Returns a count."""
    number = _within(0, most)(value)
    if number != int(number):
        raise _Unfit
    return int(number)


def _accuracy(value: Any) -> float | None:
    found = _loss(value)
    return None if found is None else _within(0, 1)(found)


def _losses(value: Any) -> list[float | None]:
    return [_loss(each) for each in _listed(value, _NUMBERS)]


def _confusion(value: Any) -> list[list[int]]:
    rows = _listed(value, _CLASSES)
    table = [[_whole(count) for count in _listed(row, len(rows))] for row in rows]
    if not table or any(len(row) != len(table) for row in table):
        raise _Unfit
    return table


def _classes(value: Any) -> list[str]:
    return [_name(each) for each in _listed(value, _CLASSES)]


def _misclassified(value: Any) -> list[dict[str, Any]]:
    return [
        {
            "image": _image(miss["image"]),
            "truth": _whole(miss["truth"], _CLASSES),
            "answer": _whole(miss["answer"], _CLASSES),
        }
        for miss in map(_record, _listed(value, _IMAGES))
    ]


def _image(value: Any) -> list[Any]:
    """Returns grey values or colours of shape (H, W), (1, H, W), (3, H, W) or (H, W, 3)."""
    shape: list[int] = []
    rows = [_plain(value)]
    while isinstance(rows[0], list | tuple):
        if len(shape) == 3 or any(not isinstance(row, list | tuple) or len(row) != len(rows[0]) for row in rows):
            raise _Unfit
        shape.append(len(rows[0]))
        if not 0 < math.prod(shape) <= _PIXELS:
            raise _Unfit
        rows = [item for row in rows for item in row]
    if len(shape) < 2 or (len(shape) == 3 and shape[0] not in (1, 3) and shape[2] not in (1, 3)):
        raise _Unfit
    pixels: list[Any] = [_whole(pixel, 255) for pixel in rows]
    for size in reversed(shape[1:]):
        pixels = [pixels[start : start + size] for start in range(0, len(pixels), size)]
    return pixels


def _comparison(value: Any) -> list[dict[str, Any]]:
    return [
        {
            "net": _name(row["net"]),
            "permuted": bool(row["permuted"]),
            "accuracy": _within(0, 1)(row["accuracy"]),
            "attempts": _whole(row.get("attempts", 1)),
        }
        for row in map(_record, _listed(value, _ROWS))
    ]


def _free(value: Any) -> Any:
    """Returns a figure that a suite has defined: a number, a bool, or a list of numbers."""
    value = _plain(value)
    if isinstance(value, list | tuple):
        return _losses(value)
    return bool(value) if isinstance(value, bool) else _loss(value)


_FORMS: dict[str, Callable[[Any], Any]] = {
    "data": _name,
    "accuracy": _accuracy,
    "threshold": _accuracy,
    "epochs": _within(1, 1e6),
    "attempts": _whole,
    "seconds": _within(0, 1e9),
    "losses": _losses,
    "confusion": _confusion,
    "classes": _classes,
    "misclassified": _misclassified,
    "comparison": _comparison,
    "dropped": lambda names: [_name(name) for name in _listed(names, _FIGURES)],
}


# --- reports ----------------------------------------------------------------------------------------------------------


def admitted(report: Report) -> Report:
    """Returns `report` with only those texts and figures that can be stored, drawn and read."""
    answers = _fitting([answer.answer for answer in report.written], _ANSWER, _ANSWERS_BYTES, lines=0)
    environment = report.environment
    return replace(
        readable(report),
        written=[_with_answer(answer, text) for answer, text in zip(report.written, answers, strict=True)],
        environment=replace(
            environment,
            python=environment.python[:_VERSION],
            torch=environment.torch[:_VERSION],
            device=environment.device[:_VERSION],
        ),
    )


def readable(report: Report) -> Report:
    """Returns a stored report with only those texts and figures that can be drawn and read.

    An earlier version may have stored it. Its written answers stay as they are, because marks refer to them.
    """
    texts = iter(_fitting([test.message for task in report.tasks for test in task.tests], MESSAGE, _MESSAGES_BYTES))
    tasks = [_with_texts(task, [next(texts) for _ in task.tests]) for task in report.tasks]
    notes = report.notes[:_NOTES]
    if len(report.notes) > _NOTES:
        notes[-1] = f"and {len(report.notes) - _NOTES + 1} more remarks like these"
    return replace(report, tasks=tasks, notes=_fitting(notes, _NOTE, _NOTES_BYTES))


def _with_answer(answer: WrittenResult, text: str) -> WrittenResult:
    return answer if text == answer.answer else replace(answer, answer=text)


def _with_texts(task: TaskResult, texts: list[str]) -> TaskResult:
    tests = [replace(test, message=text) for test, text in zip(task.tests, texts, strict=True)]
    return replace(task, tests=tests, figures=figures(task.figures))
