"""A class graded with and without hostile members: the honest ones' reports are the same, and all that comes after works."""

from __future__ import annotations

import csv
import difflib
import io
import json
import os
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cnngrade.sandbox.outside import sandbox
from tests.support import ordinary_user
from tests.support.class_commands import Commands, Ended, commands
from tests.support.hostile_members import FOLDERS, QUESTIONS, Member, members, trainers
from tests.support.week2_course import STARTER, reference, small_course

WHY_NOT = sandbox.available()
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(0),  # every command has an end of its own
    pytest.mark.skipif(bool(WHY_NOT), reason=f"no sandbox on this machine: {WHY_NOT}"),
]
TASKS = ("cifar10-test-transform", "count-parameters", "evaluate", "permute-pixels")
CLASS_SECONDS = 240.0  # for all commands on one class: what its hostile members spend has limits
_DIFFERENCE, _SAID = 20, 1500  # lines and characters that a failure shows
FEW, MANY = 20, 200  # classes: in every run of the tests, and with -m long

Class = tuple[str, list[Member]]


# --- the honest members -------------------------------------------------------------------------------------------------

HONEST = {"ada": ("Ada Lovelace", 101), "bea": ("Bea, B", 102), "cyd": ("Cyd", 103), "zo\u00eb": ("Zo\u00eb Z", 104)}
ANSWERS = "".join(f"## {question}\n\nIn every epoch the order of {question} is another.\n\n" for question in QUESTIONS)
WRONG = {  # what some of them get wrong: a known mistake, a crash, and nothing done at all
    "bea": ("permute_pixels", "return images.flatten(-2)[..., permutation.argsort()].reshape(images.shape)"),
    "zo\u00eb": ("evaluate", "raise ValueError('the loader is empty')"),
}


def honest_work(folder: Path, student: str) -> Path:
    """Writes what an honest member has done."""
    if student == "cyd":
        shutil.copytree(STARTER, folder)
        return folder
    reference(folder)
    (folder / "answers.md").write_text(ANSWERS.replace("every epoch", f"every epoch of {student}"), "utf-8")
    if student in WRONG:
        name, body = WRONG[student]
        with (folder / "training.py").open("a", encoding="utf-8") as file:
            file.write(f"\n\ndef {name}(images=None, permutation=None, *more):\n    {body}\n")
    return folder


# --- layouts ------------------------------------------------------------------------------------------------------------


def _packed(work: Path, target: Path) -> None:
    shutil.make_archive(str(target), "zip", work)


def write_plain(folder: Path, work: Path, hostile: list[Member]) -> dict[str, str]:
    """A folder or an archive a student, as an instructor who knows them all has it."""
    for number, student in enumerate(HONEST):
        if number % 2:
            _packed(work / student, folder / student)
        else:
            shutil.copytree(work / student, folder / student)
    for each in hostile:
        _write(each, folder / each.entry)
    return {student: student for student in HONEST}


def write_canvas(folder: Path, work: Path, hostile: list[Member]) -> dict[str, str]:
    """A download of Canvas: files alone, where what follows the second number is the student's own name for it."""
    ids = {}
    for student, (name, number) in HONEST.items():
        plain = re.sub(r"\W", "", name).lower()
        if student == "ada":
            _packed(work / "cyd", folder / f"{plain}_{number}_{number}0_week2")
        _packed(work / student, folder / f"{plain}_{number}_{number}1_{'week2-1' if student == 'ada' else 'week2'}")
        ids[student] = f"{plain}_{number}"
    for number, each in enumerate(hostile, start=666):
        _write(each, folder / f"mallory_{number}_{number}9_{each.entry}")
    return ids


def write_moodle(folder: Path, work: Path, hostile: list[Member]) -> dict[str, str]:
    """A download of Moodle without folders: what follows the marker is the student's own name for the file."""
    ids = {}
    for student, (name, number) in HONEST.items():
        _packed(work / student, folder / f"{name}_{number}_assignsubmission_file_week2")
        ids[student] = f"{name}_{number}"
    for number, each in enumerate(hostile, start=666):
        _write(each, folder / f"Mal Lory_{number}_assignsubmission_file_{each.entry}")
    return ids


def write_gradescope(folder: Path, work: Path, hostile: list[Member]) -> dict[str, str]:
    """An export of Gradescope: folders, and the platform's own file beside them."""
    export = folder / "assignment_1_export"
    export.mkdir()
    known = {}
    for student, (name, number) in HONEST.items():
        shutil.copytree(work / student, export / f"submission_{number}")
        known[f"submission_{number}"] = (name, student)
    for number, each in enumerate(hostile, start=666):
        _write(each, export / f"submission_{number}")
        known[f"submission_{number}"] = (each.name, f"mallory{number}")
    lines = [
        f"{json.dumps(place)}:\n  :submitters:\n  - :name: {json.dumps(name, ensure_ascii=True)}\n    :sid: {json.dumps(sid)}\n"
        for place, (name, sid) in known.items()
    ]
    (export / "submission_metadata.yml").write_text("---\n" + "".join(lines), "utf-8")
    return {student: student for student in HONEST}


def _write(member: Member, target: Path) -> None:
    if not os.path.lexists(target):  # another's archive may be called the same
        member.write(target)


LAYOUTS: dict[str, Callable[[Path, Path, list[Member]], dict[str, str]]] = {
    "plain": write_plain,
    "canvas": write_canvas,
    "moodle": write_moodle,
    "gradescope": write_gradescope,
}
_FILE_NAMES = [  # as students call what they hand in
    *("week2", "week2-1", "LATE_101_9001_week2", "ada_101_9001_week2", "101_1_week2", "text", "link", "week2.tar"),
    *("Ada Lovelace_101_assignsubmission_file_week2", "x_101_assignsubmission_onlinetext", "_assignsubmission_file_"),
    *(
        "submission_metadata.yml",
        "mal lory",
        "\u738b",
        "\u202ex",
        "a\nb",
        "=1+1",
        "<b>",
        "week2-0",
        "week2-99999999999999999999",
    ),
]


def classes() -> st.SearchStrategy[Class]:
    """A layout, most often `plain`, and one to three hostile members."""

    def of(layout: str) -> st.SearchStrategy[Class]:
        names = None if layout == "plain" else st.sampled_from(_FILE_NAMES)
        several = st.lists(members(names), min_size=1, max_size=3, unique_by=lambda member: member.name)
        return st.tuples(st.just(layout), several)

    return st.sampled_from(["plain"] * 5 + ["canvas", "moodle", "gradescope"]).flatmap(of)


# --- grading a class ----------------------------------------------------------------------------------------------------


@dataclass
class Outcome:
    """What came of the commands on a class, and what they say of each honest member."""

    ended: list[Ended]
    honest: dict[str, dict[str, Any]]
    every: list[str]  # report.json of everybody


@dataclass
class Grader:
    """Grades classes as one user; each honest class alone only once."""

    run: Commands
    place: Path
    course: Path
    secret: Path
    alone: dict[str, Outcome]  # by layout, whoever graded it
    count: int = 0

    def baseline(self, layout: str) -> Outcome:
        """The honest members without any other."""
        if layout not in self.alone:
            self.alone[layout] = self.graded(layout, [])
        return self.alone[layout]

    def graded(self, layout: str, hostile: list[Member]) -> Outcome:
        """Writes a class, and runs all commands on it."""
        self.count += 1
        folder = self.place / f"class{self.count}"
        work, submissions, out = (folder / name for name in ("work", "submissions", "out"))
        submissions.mkdir(parents=True)
        for student in HONEST:
            honest_work(work / student, student)
        ids = LAYOUTS[layout](submissions, work, hostile)
        sheets = {"canvas": folder / "canvas.csv", "moodle": folder / "moodle.csv"}
        sheets["canvas"].write_text(_canvas_sheet(ids), "utf-8")
        sheets["moodle"].write_text(_moodle_sheet(ids), "utf-8")
        self.run.give(folder)
        course, week = ("--course", self.course), "week2"
        grade = (
            "grade",
            week,
            submissions,
            "--out",
            out,
            *course,
            "--secret-file",
            self.secret,
            "--device",
            "cpu",
            "--workers",
            1,
        )
        ended = self.run(
            grade,
            ("report", out),
            ("export", out, "--format", "csv"),
            ("export", out, "--format", "gradescope"),
            *[("export", out, "--format", kind, "--sheet", sheet, "--scale") for kind, sheet in sheets.items()],
            ("mark", week, "--out", out, *course, "--marker", "ada", "--csv-out", folder / "marks.csv"),
            ("similar", week, submissions, "--out", folder / "similar", *course),
            grade,
            seconds=CLASS_SECONDS,
        )
        honest = {student: told(out, id_, HONEST[student][0]) for student, id_ in ids.items()}
        outcome = Outcome(ended, honest, [_timeless(_text(path)) for path in sorted(out.glob("reports/*/report.json"))])
        shutil.rmtree(folder, onerror=_open_up)
        return outcome


def _open_up(function: Callable[[str], None], path: str, _: object) -> None:
    """Folders without rights can be removed once they have some."""
    Path(path).parent.chmod(0o700)
    Path(path).chmod(0o700)
    shutil.rmtree(path) if Path(path).is_dir() else Path(path).unlink()


def _canvas_sheet(ids: dict[str, str]) -> str:
    rows = [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Week 2 (7)"],
        ["Points Possible", *[""] * 4, 100],
    ]
    return _csv(rows + [[*HONEST[student], student, id_, "CNN", ""] for student, id_ in ids.items()])


def _moodle_sheet(ids: dict[str, str]) -> str:
    rows = [["Identifier", "Full name", "Username", "Grade", "Maximum Grade"]]
    for student, id_ in ids.items():
        name, number = HONEST[student]
        rows.append([f"Participant {number}", name, id_, "", "100"])
    return _csv(rows)


def _csv(rows: list[list[Any]]) -> str:
    made = io.StringIO()
    csv.writer(made).writerows(rows)
    return made.getvalue()


def told(out: Path, student: str, name: str) -> dict[str, Any]:
    """All that the files of OUT say of one student, without times."""
    folder = out / "reports" / student
    sheets = {path.name: path for path in (out / "export").glob("*.csv")} | {"gradebook.csv": out / "gradebook.csv"}
    page = _text(out / "index.html")
    return {
        "report.json": _timeless(_text(folder / "report.json")),
        "report.html": _timeless(_text(folder / "report.html")),
        "results.json": _timeless(_text(out / "export" / "gradescope" / student / "results.json")),
        "class list": re.findall(
            rf"<tr data-status[^>]*>\s*<th[^>]*><a[^>]*><bdi>{re.escape(student)}</bdi>.*?</tr>", page, re.S
        ),
    } | {sheet: [row for row in _rows(path) if student in row or name in row] for sheet, path in sorted(sheets.items())}


def _timeless(text: str) -> str:
    text = re.sub(r'"(seconds|execution_time)": [\d.e-]+', r'"\1": 0', text)
    return re.sub(r"trained in [^<]*", "trained", text)


def _text(path: Path) -> str:
    return path.read_text("utf-8") if path.exists() else f"there is no {path.name}"


def _rows(path: Path) -> list[list[str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


# --- the property -------------------------------------------------------------------------------------------------------


Graders = Callable[[bool, bool], Grader]


@pytest.fixture(scope="module")
def graders() -> Iterator[Graders]:
    """The grader of an ordinary user, or root's, where pytest is run by root; and for either course."""
    running: dict[bool, Commands] = {}
    made: dict[tuple[bool, bool], Grader] = {}
    alone: dict[bool, dict[str, Outcome]] = {False: {}, True: {}}
    other = ordinary_user.ROOT and not ordinary_user.why_not()
    with ExitStack() as stack:

        def grader(ordinary: bool, training: bool) -> Grader:
            ordinary = ordinary and other
            if ordinary not in running:
                running[ordinary] = stack.enter_context(commands(ordinary))
            if (ordinary, training) not in made:
                made[ordinary, training] = _grader(running[ordinary], training, alone[training])
            return made[ordinary, training]

        yield grader


def _grader(run: Commands, training: bool, alone: dict[str, Outcome]) -> Grader:
    """Grades quick tasks, or a task that trains for a moment."""
    folder = run.folder / ("training" if training else "quick")
    course = small_course(folder / "course", *(("lenet-accuracy",) if training else TASKS))
    week = course / "assignments" / "week2" / "assignment.toml"
    text = re.sub(r"seconds = (6|20)\b", "seconds = 3", week.read_text("utf-8"))
    week.write_text(re.sub(r"threshold = .*\nepochs = .*", "threshold = 0.3\nepochs = 2", text), "utf-8")
    secret = folder / "secret"
    secret.write_text("what the hidden inputs of these classes are drawn from", "utf-8")
    run.give(folder)
    return Grader(run, folder, course, secret, alone)


def trouble(grader: Grader, layout: str, hostile: list[Member]) -> list[str]:
    """What a class with hostile members has that it should not have."""
    alone, with_them = grader.baseline(layout), grader.graded(layout, hostile)
    assert [each.code for each in alone.ended] == [1, *[0] * 7, 1], alone.ended
    claimed = claims(hostile) if layout == "plain" else {}
    found = []
    for before, after in zip_longest(alone.ended, with_them.ended):
        name = " ".join(before.command[:2])
        if after is None:
            found.append(f"{name} was never run")
        elif after.code != before.code and not (claimed and after.code == _TOLD and before.command[0] in _TELLING):
            found.append(f"{name} ended with {after.code}, not {before.code}: {(after.out + after.err)[-_SAID:]}")
    last = with_them.ended[-1]
    if last.command == alone.ended[-1].command and not re.search(r"^0 of \d+ graded", last.out, re.MULTILINE):
        found.append(f"the second run judged again: {last.out}{last.err}")
    for student, facts in alone.honest.items():
        if student in claimed:
            found += _of_claimed(student, claimed[student], facts, with_them)
            continue
        for kind, before in facts.items():
            if (after := with_them.honest[student].get(kind)) != before:
                found.append(f"{kind} of {student} differs:\n{_difference(before, after)}")
    return found


_TELLING, _TOLD = ("grade", "similar"), 2  # commands that find two owners of one id, and their exit code then


def claims(hostile: list[Member]) -> dict[str, list[str]]:
    """By honest member, the entries that other members have under the same name, or in another form of it."""
    found: dict[str, list[str]] = {}
    for each in hostile:
        is_folder = each.wrapping.name in FOLDERS
        stem = each.entry if is_folder else re.sub(r"(\.tar)?\.\w+$", "", each.entry)
        for student in HONEST:
            if unicodedata.normalize("NFC", stem) == student:
                found.setdefault(student, []).append(each.entry)
    return found


def _of_claimed(student: str, by: list[str], facts: dict[str, Any], graded: Outcome) -> list[str]:
    """Whose id another member claims too is graded under a name of its own, and whoever runs the grader is told."""
    tasks = json.loads(facts["report.json"])["tasks"]
    found = (
        [] if tasks in [json.loads(report)["tasks"] for report in graded.every] else [f"{student} is graded nowhere"]
    )
    said = graded.ended[0].err
    return found + [f"{name} is not named: {said[-_SAID:]}" for name in (student, *by) if name not in said]


def _difference(before: Any, after: Any) -> str:
    texts = [each if isinstance(each, str) else repr(each) for each in (before, after)]
    lines = difflib.unified_diff(*[text.splitlines() for text in texts], "without", "with", lineterm="", n=0)
    return "\n".join(islice(lines, _DIFFERENCE))[:_SAID]


def some(count: int) -> Callable[[Any], Any]:
    """How many classes; always the same ones, none shrunk for longer than it is worth."""
    return settings(
        max_examples=count, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate], report_multiple_bugs=False,
    )  # fmt: skip


@pytest.mark.parametrize("count", [FEW, pytest.param(MANY, marks=pytest.mark.long)])
def test_nobody_is_touched_by_a_neighbour(graders: Graders, count: int) -> None:
    """Honest reports are the same with and without a hostile neighbour of any kind, and every command works."""

    @some(count)
    @given(classes(), st.booleans())
    def check(drawn: Class, ordinary: bool) -> None:
        layout, hostile = drawn
        found = trouble(graders(ordinary, False), layout, hostile)
        assert not found, "\n".join(found)

    check()


@pytest.mark.parametrize("count", [FEW // 10, pytest.param(MANY // 10, marks=pytest.mark.long)])
def test_nobody_is_touched_by_a_neighbours_training(graders: Graders, count: int) -> None:
    """Honest trainings and reports are the same with and without a neighbour that lies about its training."""

    @some(count)
    @given(st.lists(trainers(), min_size=1, max_size=3, unique_by=lambda member: member.name))
    def check(hostile: list[Member]) -> None:
        found = trouble(graders(False, True), "plain", hostile)
        assert not found, "\n".join(found)

    check()
