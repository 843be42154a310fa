"""No text of a student's, however it is made, takes us longer than in proportion to its length."""

from __future__ import annotations

import ast
import re
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

import cnngrade
from cnngrade.course import find_course
from cnngrade.course.answers import MOST_CHARACTERS, SHEET_BYTES, read_answers
from cnngrade.events import result
from cnngrade.marking.grouping import bare, ngrams
from cnngrade.marking.lines import wrap
from cnngrade.marking.suggestions import sentences_of
from cnngrade.notebooks.reading import without_magics
from cnngrade.reports import comparison, spelled_out
from cnngrade.reports.html import student_page
from cnngrade.submissions.collect import Submission
from cnngrade.submissions.similarity import compare, source_of
from tests.support import factories
from tests.support.judging import REPOSITORY

ROOT = Path(cnngrade.__path__[0])

# --- every pattern ----------------------------------------------------------------------------------------------------

# Patterns that are not linear, and why that is no way to keep the grader busy.
BOUNDED = {
    ("course/answers.py", "^\\s*(?:question|q"): "a title of at most 200 characters",
    ("course/course_file.py", ""): "the course's own files",
    ("course/starter.py", ""): "the course's own files",
    ("notebooks/writing.py", ""): "the course's own files",
    ("services/watch.py", ""): "a student's own machine",
    ("records/moments.py", ""): "times that a platform or the staff wrote",
    ("reports/sheets.py", ""): "a sheet of the staff's",
    ("reports/plots.py", ""): "what matplotlib has drawn",
    ("submissions/roster.py", ""): "the staff's own file",
    ("notebooks/reading.py", "[ \\t]*+(?:[%!?]"): "matched at the beginning of a line only; see the cells below",
    ("submissions/layouts.py", ""): "names of files, of at most 255 bytes",
    ("submissions/collect.py", "^[.\\s]+|[.\\s]+$"): "at most 1000 characters of a name",
}
PUMPS = [
    *" \t\n(a1_-#`.*=['\\%?!:>王",
    "a ",
    "_1",
    "1 ",
    "a.",
    "a1",
    " \n",
    "\n ",
    ". ",
    "(1)",
    "'a",
    "`a",
    "def ",
    "\\a",
]
AROUND = [("", ""), ("", "\x00"), ("#", "!"), ("a", "\n\x00"), ("'", ""), ("question", "x")]
_LONG = 30_000
_SECONDS = 1.0  # a linear pattern needs a thousandth of it, a quadratic one twice as much at the least


def patterns() -> Iterator[tuple[str, str, int, bool]]:
    """(Module, pattern, flags, whether it is tried at the beginning only) of each pattern written out in the first process."""
    for path in sorted(ROOT.rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if name.startswith(("sandbox/", "verify/", "judge/", "release/")):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and ast.unparse(node.func.value) == "re"
            ):
                text = node.args[0] if node.args else None
                if isinstance(text, ast.Constant) and isinstance(text.value, str) and node.func.attr != "escape":
                    flags = re.DOTALL * ("DOTALL" in ast.unparse(node)) | re.MULTILINE * (
                        "MULTILINE" in ast.unparse(node)
                    )
                    yield name, text.value, flags, node.func.attr in ("match", "fullmatch")


def _is_bounded(module: str, pattern: str) -> bool:
    return any(module == where and pattern.startswith(beginning) for where, beginning in BOUNDED)


@pytest.mark.parametrize(
    ("module", "pattern", "flags", "anchored"), [each for each in patterns() if not _is_bounded(*each[:2])]
)
def test_every_pattern_is_linear(module: str, pattern: str, flags: int, anchored: bool) -> None:
    """Searched for in long texts of its own kind, no pattern takes the square of their length."""
    compiled = re.compile(pattern, flags)
    slow = []
    for pump in PUMPS:
        for before, behind in AROUND:
            text = before + pump * (_LONG // len(pump)) + behind
            started = time.process_time()
            compiled.match(text) if anchored else compiled.sub("", text)
            if time.process_time() - started > _SECONDS:
                slow.append((before, pump, behind))
    assert not slow, f"{module}: {pattern!r}"


def test_patterns_are_found() -> None:
    """The search for patterns sees those that are known to be there."""
    assert {"notebooks/reading.py", "marking/grouping.py", "reports/html.py", "course/answers.py"} <= {
        module for module, *_ in patterns()
    }


# --- what takes texts apart -------------------------------------------------------------------------------------------

QUESTIONS = find_course(REPOSITORY, REPOSITORY).week("week2").questions
FIRST = QUESTIONS[0].id
UNITS = [
    f"## {FIRST}" + "\t" * 170 + "x\n",
    f"## {FIRST}\n",
    "## " + "(" * 190 + "\n",
    "## " + "(a" * 90 + ")" + " " * 5 + "\n",
    "#" * 6 + " " * 180 + "#x\n",
    "## q" + " 1" * 90 + "\n",
    "> a\n\n",
    "> " + QUESTIONS[0].prompt.en.split("\n")[0] + "\n\n",
    "```\n",
    "## other\n\ntext\n",
    " \n",
    "x",
    "王",
    "\x00",
    "(",
]


@pytest.mark.parametrize("unit", UNITS)
def test_a_sheet_of_any_size_is_read(unit: str) -> None:
    """2 MB of what keeps a careless reader busy are read; if the time grew as their square, this test would take hours."""
    found = read_answers((unit * (2 * 2**20 // len(unit.encode()))).encode(), QUESTIONS)
    assert all(len(text) <= MOST_CHARACTERS for text in found.texts.values())
    assert found.notes[0].endswith(f"the first {SHEET_BYTES // 1024} KB are read") or "UTF-16" in found.notes[0]


def test_a_sheet_s_beginning_counts() -> None:
    """What is behind the limit of a sheet is told, and takes nothing from what stands before it."""
    answer = "Without it every epoch shows the same batches in the same order."
    sheet = f"## {FIRST}\n\n{answer}\n\n## notes\n\n" + "x" * SHEET_BYTES
    found = read_answers(sheet.encode(), QUESTIONS)
    assert found.texts[FIRST].startswith(answer)
    assert "KB are read" in found.notes[0]


TEXTS = [
    unit * (MOST_CHARACTERS // len(unit))
    for unit in (" ", "a", "a ", ". ", "\n", "王", "\u3000", "\ufdfa", "\t", "`", "[")
]


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: repr(text[:2]))
def test_an_answer_of_any_kind_is_shown_and_compared(text: str) -> None:
    """The longest answer there can be is wrapped, drawn and compared."""
    for take in (spelled_out, comparison, bare, ngrams, sentences_of, partial(wrap, width=80)):
        take(text)  # type: ignore[operator]
    task = factories.task("lenet")
    loud = [type(test)(test.id, text, test.verdict, text, 0.1) for test in task.tests]
    written = [type(each)(each.question, None, 3.0, text) for each in factories.week().written[:1]]
    report = factories.report([factories.task("lenet", failing=True, tests=loud)], written)
    assert student_page(report, "CNNs")


@pytest.mark.parametrize("unit", ["x = (\n", "'''", "'\\\n", "%x\n", "a?\n", "\"\"\"'''\n", "[" * 50 + "\n"])
def test_a_cell_of_any_kind_is_read(unit: str) -> None:
    """2 MB of open texts and brackets are looked through for magics."""
    assert without_magics("%a\n" + unit * (2 * 2**20 // len(unit)))


# --- similar ----------------------------------------------------------------------------------------------------------


def source(student: str, **texts: str) -> object:
    files = {f"{name}.py": text.encode() for name, text in texts.items()}
    return source_of(Submission(student, files), ["models.py", "data.py"])


CODE = "\n".join(f"def function_{n}(a, b):\n    return [a * {n}, b + a, b - {n} * a]" for n in range(60))


def test_files_that_are_cut_end_nothing() -> None:
    """What is more than 400,000 characters is left out, also where a file begins beyond them or right at the limit."""
    pytest.importorskip("copydetect")
    long = "x = 1\n" * 70_000
    exact = "y" * 399_999
    sources = [
        source("mallory", models=long, data=long, extra=CODE),
        source("eve", models=exact, data=CODE),
        source("ada", models=CODE),
        source("bob", models=CODE),
    ]
    found = result(compare(sources, {}, least=0.5))  # type: ignore[arg-type]
    assert ("ada", "bob") in {(pair.one.student, pair.other.student) for pair in found.pairs}


def test_lines_of_blanks_are_no_work() -> None:
    """Pygments takes the square of many lines of one blank: 400,000 characters of them would be hours."""
    pytest.importorskip("copydetect")
    sources = [source("mallory", models=" \n" * 200_000), source("ada", models=CODE), source("bob", models=CODE)]
    assert len(result(compare(sources, {}, least=0.5)).pairs) == 1  # type: ignore[arg-type]
