"""Renders the facts of a grade: `json` and `gradebook` for programs, `terminal`, `html` and `classpage` for people.

Every format is a pure function of a `records.report.Report`. This module has what they share: the words for verdicts,
the form of points, the grouping of failures, and how a student's text is made harmless before people read it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cnngrade.records.report import AnswerState, Report, Status, TaskResult, TestResult, Verdict
from cnngrade.records.scoring import lost_points

WORDS = {
    Verdict.PASS: "pass",
    Verdict.WRONG: "wrong",
    Verdict.CRASH: "crash",
    Verdict.TIMEOUT: "timeout",
    Verdict.MEMORY: "memory",
    Verdict.MISSING: "missing",
    Verdict.NOT_GRADED: "not graded",
    Verdict.GRADER_ERROR: "grader error",
}

SIGNS = {
    Verdict.PASS: "✓",
    Verdict.WRONG: "✗",
    Verdict.CRASH: "!",
    Verdict.TIMEOUT: "◷",
    Verdict.MEMORY: "▦",
    Verdict.MISSING: "○",
    Verdict.NOT_GRADED: "–",
    Verdict.GRADER_ERROR: "?",
}

MEANINGS = {
    Verdict.PASS: "Every claim holds.",
    Verdict.WRONG: "The code ran, and the result is not what was asked for.",
    Verdict.CRASH: "The code stopped with an error.",
    Verdict.TIMEOUT: "The code did not finish in time.",
    Verdict.MEMORY: "The code needed more memory than it may use.",
    Verdict.MISSING: "Not written yet.",
    Verdict.NOT_GRADED: "This machine cannot judge it: it costs and earns nothing.",
    Verdict.GRADER_ERROR: "The grader failed here, not you: it costs nothing.",
}

STATUS_WORDS = {
    Status.GRADED: "graded",
    Status.INCOMPLETE: "waits for marks",
    Status.GRADER_ERROR: "grader error",
}

ABSENT = "absent"
"""The status of students who handed in nothing, on pages that list students."""


def status_of(report: Report) -> str:
    """Returns the status, or `absent`."""
    return report.status if report.handed_in else ABSENT


def status_words(status: str) -> str:
    """Returns the words for a status from `status_of`."""
    return "nothing handed in" if status == ABSENT else STATUS_WORDS[Status(status)]


ANSWER_WORDS = {
    AnswerState.GIVEN: "found",
    AnswerState.SHORT: "too short to be an answer",
    AnswerState.TEMPLATE: "still the template's text",
    AnswerState.EMPTY: "empty",
}

# Control characters move a terminal's cursor, bidirectional overrides make text read as what it is not, and lone
# surrogates cannot be written as UTF-8.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def spelled_out(text: str) -> str:
    r"""Returns `text` with line ends as `\n`. Characters that could mislead a reader are spelled out."""
    return _UNPRINTABLE.sub(_spelled, text.replace("\r\n", "\n"))


def _spelled(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def points(value: float) -> str:
    """Writes points as people do: `7` for 7.0, `2.5` for 2.5, at most two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def per_cent(share: float | None) -> str:
    """Writes a share in [0, 1] with one decimal. It rounds down, so a share below a threshold never reads as reaching it."""
    if share is None or share != share:
        return "not a number"
    return f"{int(share * 1000 + 1e-6) / 10:.1f} %"


def seconds(value: float) -> str:
    """Writes a duration in seconds: `0.04 s`, `3.1 s`, `4 min 05 s`."""
    if value < 0.995:
        return f"{value:.2f} s"
    if value < 99.95:
        return f"{value:.1f} s"
    return f"{int(value) // 60} min {int(value) % 60:02d} s"


_UNSAFE_IN_FOLDER = re.compile(r"[/\\\x00-\x1f\x7f\ud800-\udfff]|%(?=[0-9A-Fa-f]{2})")


def report_folder(student: str) -> str:
    """Returns the name of the folder of a student's report below `OUT/reports`.

    It is always one folder, and no other student has the same. The name is the id if a folder can have this name. Other
    characters are percent-encoded, so `../x` becomes `..%2Fx`, and `..` becomes `%2E%2E`.
    """
    if not student.strip("."):
        return student.replace(".", "%2E") or "%20"  # blanks are not encoded, so only the empty id is %20
    return _UNSAFE_IN_FOLDER.sub(_percent_encoded, student)


def _percent_encoded(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "surrogatepass"))


@dataclass(frozen=True)
class LostTask:
    """One thing to look at: a task that lost its points, or several that lost them in the same way."""

    verdict: Verdict
    tasks: list[TaskResult]
    tests: list[TestResult]  # the failed claims of the first task; each once, with its first failure
    hint: str
    mistakes: list[str]  # the known mistake first, then the others that fit

    @property
    def lost(self) -> float:
        """The points that these tasks did not earn."""
        return lost_points(self.tasks)


def findings(report: Report) -> list[LostTask]:
    """Lists what cost points in the order of the tasks. All that is missing is one last finding."""
    found: dict[tuple[str, ...], LostTask] = {}
    for task in report.tasks:
        if task.verdict is Verdict.PASS or not task.verdict.counts:
            continue
        key = _sameness(task)
        if key in found:
            found[key].tasks.append(task)
        else:
            claims: dict[str, TestResult] = {}
            for test in failing(task):
                claims.setdefault(test.claim, test)
            found[key] = LostTask(task.verdict, [task], list(claims.values()), task.hint or "", named_mistakes(task))
    return sorted(found.values(), key=lambda finding: finding.verdict is Verdict.MISSING)


def _sameness(task: TaskResult) -> tuple[str, ...]:
    """Returns what two tasks share if they failed for one reason, such as a file that cannot be imported."""
    if task.verdict is Verdict.MISSING:
        return ("missing",)
    messages = sorted({test.message for test in failing(task)})
    if task.verdict is Verdict.WRONG or task.mistake or len(messages) != 1 or not messages[0]:
        return ("task", task.id)
    return (task.verdict, messages[0], task.hint or "")


def missing_reasons(finding: LostTask) -> list[str]:
    """Lists why names are missing if that says more than `not written yet`, such as a file that is not there."""
    told = [test.message for task in finding.tasks for test in failing(task) if test.message]
    return [text for text in dict.fromkeys(told) if "NotImplementedError" not in text]


def failing(task: TaskResult) -> list[TestResult]:
    """Lists the claims of a task that do not hold."""
    return [test for test in task.tests if test.verdict is not Verdict.PASS and test.verdict.counts]


def named_mistakes(task: TaskResult) -> list[str]:
    """Lists the known mistakes that fit, the most helpful one first."""
    first = [task.mistake] if task.mistake else []
    return first + [mistake for mistake in task.mistakes if mistake != task.mistake]


def reason(task: TaskResult) -> str:
    """Says why a task was not graded, or where the grader failed."""
    told = [test.message for test in task.tests if not test.verdict.counts and test.message]
    return told[0] if told else task.hint or MEANINGS[task.verdict]


def comparison(message: str) -> list[tuple[str, str]]:
    """Splits a message into lines of (role, text). The role is `expected`, `got` or empty for other text."""
    rows: list[tuple[str, str]] = []
    for line in message.strip("\n").split("\n"):
        rows.extend(_compared(line))
    return rows


def _compared(line: str) -> list[tuple[str, str]]:
    for role in ("expected", "got"):
        start = line.strip().lower()
        if start.startswith((f"{role}:", f"{role} ")) and " got " not in start:
            return [(role, line.strip()[len(role) :].lstrip(": "))]
    before, _, rest = line.partition("expected ")
    wanted, got, answer = rest.rpartition(" got ")
    if not got or (before and not before[-1].isspace()):  # such as `unexpected` or `(expected`
        return [("", line)]
    lead = before.rstrip(" :,;")
    wanted = wanted.removesuffix(" but").rstrip(" ,;")
    return [*([("", lead)] if lead else []), ("expected", wanted), ("got", answer)]
