from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from cnngrade.cli import main as cli
from cnngrade.records.class_list import Known, Roll
from cnngrade.records.database import Store
from cnngrade.records.report import Lateness, Report
from cnngrade.reports.gradescope import results_json
from tests.support import factories

LATE = Lateness("2026-10-09 23:59+02:00", "2026-10-11 12:00+02:00", 2, 20.0)
WEEK = factories.week()
MAX = f"{WEEK.max_score:g}"
PEOPLE = [
    Known("ada", "", "Ada Lovelace", {"canvas": "101", "moodle": "657", "gradescope": "submission_11"}, LATE),
    Known("bob@example.org", "", "Li, Bob", {"email": "bob@example.org"}),
    Known("王芳", "", "=HYPERLINK(1)", {"sid": "S-3"}),
    Known("dan", "", "Dan Failed", {"canvas": "104"}),
]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A graded class: one late, one that the grader failed on, and one who handed in nothing."""
    nothing = replace(WEEK, student="", handed_in=False, score=0.0, notes=["nothing was handed in"])
    marked = [replace(answer, score=0.0) for answer in WEEK.written]
    with Store(tmp_path / "graded") as store:
        store.remember(week_title="From FC to LeNet")
        store.call_roll(Roll({known.student: known for known in PEOPLE}, False, [Known("zoe", "", "Zoe Z")], nothing))
        for known in PEOPLE:
            store.add(factories.earning(WEEK, 80.0, student=known.student, written=marked), "key")
        store.add(factories.spoilt(WEEK, student="dan"), "key")
    return tmp_path / "graded"


def export(*arguments: object, code: int = 0) -> None:
    assert cli.run(["export", *map(str, arguments)]) == code


def table(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


def test_grades_are_exported_while_a_run_writes(out: Path) -> None:
    """Another run that holds the folder does not keep anybody from exporting what is stored so far."""
    with Store(out):
        export(out, "--format", "csv")
    assert [row[0] for row in table(out / "export" / "grades.csv")[1:]] == [
        "ada",
        "bob@example.org",
        "dan",
        "zoe",
        "王芳",
    ]


# --- Canvas -----------------------------------------------------------------------------------------------------------

CANVAS = f"""\
\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,Week 1 (4710),Week 2: LeNet (4711),Week 20 (4712),Current Score\r
,,,,,Manual Posting,,,\r
    Points Possible,,,,,100,{MAX},100,(read only)\r
"Lovelace, Ada",101,S-1,adal,CNN,11,,,55.5\r
"Li, Bob",102,S-2,bob@example.org,CNN,12,7,,\r
"芳, 王",103,S-3,wf,CNN,,,,\r
"Failed, Dan",104,S-4,dan,CNN,,3,,\r
"Z, Zoe",105,S-5,zoe,CNN,,9,,\r
"Guest, Gus",106,S-6,gus,CNN,,,,\r
"Student, Test",999,,x,CNN,,,,\r
"""


def canvas_sheet(folder: Path, text: str = CANVAS) -> Path:
    path = folder / "grades-CNN.csv"
    path.write_bytes(text.encode())
    return path


def test_canvas_fills_one_column_and_nothing_else(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Only the cells of this week's column change, by id; failed, absent and unknown students keep theirs."""
    sheet = canvas_sheet(out.parent)
    export(out, "--format", "canvas", "--sheet", sheet)
    expected = CANVAS.replace("adal,CNN,11,,", "adal,CNN,11,64,").replace("CNN,12,7,", "CNN,12,80,")
    expected = expected.replace("wf,CNN,,,", "wf,CNN,,80,")
    assert (out / "export" / "grades-CNN.csv").read_bytes().decode() == expected
    assert sheet.read_bytes().decode() == CANVAS
    told = capsys.readouterr()
    assert "3 grades written to" in told.out
    assert "rows of the sheet without a grade here, left as they are: 2" in told.err


def test_canvas_before_the_deduction_and_with_zeros(out: Path) -> None:
    """Where Canvas deducts itself it gets what the work earned; an absent student gets a zero only on request."""
    export(out, "--format", "canvas", "--sheet", canvas_sheet(out.parent), "--before-deduction", "--missing-as-zero")
    rows = {row[1]: row[6] for row in table(out / "export" / "grades-CNN.csv")[3:]}
    assert rows == {"101": "80", "102": "80", "103": "80", "104": "3", "105": "0", "106": "", "999": ""}


def test_canvas_keeps_the_excused(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Who is excused in Canvas stays so, and staff hear of it."""
    sheet = canvas_sheet(out.parent, CANVAS.replace("CNN,12,7,", "CNN,12,EX,"))
    export(out, "--format", "canvas", "--sheet", sheet)
    assert table(out / "export" / "grades-CNN.csv")[4][6] == "EX"
    assert "excused, or without this assignment, and left so: bob@example.org (EX)" in capsys.readouterr().err


def test_canvas_in_another_locale(out: Path) -> None:
    """A sheet with semicolons keeps them."""
    text = CANVAS.replace('"Lovelace, Ada"', "Ada Lovelace").replace('"Li, Bob"', "Bob Li").replace('"', "")
    text = "\n".join(line.replace(",", ";") for line in text.removeprefix("\ufeff").splitlines() if ", " not in line)
    export(out, "--format", "canvas", "--sheet", canvas_sheet(out.parent, text + "\n"))
    filled = (out / "export" / "grades-CNN.csv").read_bytes().decode()
    assert filled == (text + "\n").replace("adal;CNN;11;;", "adal;CNN;11;64;").replace("CNN;12;7;", "CNN;12;80;")


@pytest.mark.parametrize(
    ("change", "options", "line"),
    [
        (
            ("Week 2: LeNet", "Homework B"),
            [],
            "no assignment in .* is named for 'From FC to LeNet'.*: 'Week 1 \\(4710\\)'",
        ),
        (("Week 1 (", "Week 2 (again) ("), [], "several columns of .* fit 'week 2': .*Say which with --column"),
        (("x", "x"), ["--column", "Week 7"], "no assignment in .* fits 'Week 7'"),
        ((f"100,{MAX},", "100,10,"), [], "has 10 points in 'Week 2: LeNet .4711.', and the grade of .* --scale"),
        (("    Points Possible", "Points"), [], "is no gradebook of Canvas: it has no row 'Points Possible'"),
        ((",ID,", ",Number,"), [], "is no gradebook of Canvas: it has no column 'ID'"),
        (("11,,,55.5", "11,,55.5"), [], "row 4 has 8 cells, and row 1 has 9"),
    ],
)
def test_a_sheet_that_does_not_fit_is_one_line(
    out: Path, change: tuple[str, str], options: list[str], line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """No column is invented and no number put where it may be wrong: the line says what to do, and nothing is written."""
    import re

    sheet = canvas_sheet(out.parent, CANVAS.replace(*change))
    export(out, "--format", "canvas", "--sheet", sheet, *options, code=2)
    told = capsys.readouterr().err
    assert re.search(line, told), told
    assert told.count("\n") == 1
    assert not (out / "export").exists()


def test_scores_are_scaled_on_request(out: Path) -> None:
    """With --scale a score becomes its share of the points that the sheet has."""
    sheet = canvas_sheet(out.parent, CANVAS.replace(f"100,{MAX},", "100,10,"))
    export(out, "--format", "canvas", "--sheet", sheet, "--column", "Week 2: LeNet", "--scale")
    assert table(out / "export" / "grades-CNN.csv")[3][6] == f"{64 / WEEK.max_score * 10:.2f}"


def test_a_sheet_is_not_overwritten(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The instructor's own file is never the target; without one there is nothing to fill."""
    sheet = canvas_sheet(out.parent)
    export(out, "--format", "canvas", "--sheet", sheet, "--to", sheet, code=2)
    assert "would be overwritten" in capsys.readouterr().err
    export(out, "--format", "moodle", code=2)
    assert "fills a sheet of yours. Download it" in capsys.readouterr().err


def test_a_sheet_in_another_encoding_is_one_line(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A sheet that Excel has saved as something else is told with its row."""
    path = out.parent / "sheet.csv"
    path.write_bytes("Student,ID\r\n    Points Possible,\r\nBjörn,1\r\n".encode("latin-1"))
    export(out, "--format", "canvas", "--sheet", path, code=2)
    assert "row 3 is not UTF-8 text" in capsys.readouterr().err


# --- Moodle -----------------------------------------------------------------------------------------------------------

MOODLE = f"""\
Identifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed",\
"Last modified (submission)","Last modified (grade)","Feedback comments"
"Participant 657","Ada Lovelace",ada@example.org,"Submitted for grading",,{MAX}.00,Yes,"Friday, 9 October 2026, 11:59 PM",-,
"Participant 658","Bob Li",bob@example.org,"Submitted for grading",1.00,{MAX}.00,No,-,-,
"Participant 659","Zoe Z",zoe@example.org,"No submission",,{MAX}.00,Yes,-,-,kept
"""


def moodle_sheet(folder: Path, text: str = MOODLE) -> Path:
    path = folder / "Grades-CNN-week2.csv"
    path.write_text(text, "utf-8")
    return path


def test_moodle_fills_grades(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Grades go to the participant's number; a locked grade and who handed in nothing stay, and are told."""
    export(out, "--format", "moodle", "--sheet", moodle_sheet(out.parent))
    header, ada, bob, zoe = table(out / "export" / "Grades-CNN-week2.csv")
    before = list(csv.reader(io.StringIO(MOODLE)))
    assert header == before[0]
    assert (ada[4], bob[4], zoe[4]) == ("64", "1.00", "")
    assert [row[:4] + row[5:] for row in (ada, bob, zoe)] == [row[:4] + row[5:] for row in before[1:]]
    told = capsys.readouterr().err
    assert "Moodle lets nobody change these grades, and they were left as they are: bob@example.org" in told
    assert "graded, but not found in the sheet" in told
    assert "王芳" in told


def test_moodle_feedback(out: Path) -> None:
    """Comments say where the points come from, and what being late has cost; only for those who get a grade."""
    export(out, "--format", "moodle", "--sheet", moodle_sheet(out.parent), "--feedback")
    _, ada, bob, zoe = table(out / "export" / "Grades-CNN-week2.csv")
    assert ada[9].startswith("The MNIST transform: 3 of 3; ")
    assert ada[9].endswith("2 days late: 16 of 80 points deducted")
    assert (bob[9], zoe[9]) == ("", "kept")


def test_a_translated_worksheet_is_told(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Moodle translates its columns: a worksheet in another language is refused with what to do."""
    text = MOODLE.replace("Identifier", "标识符")
    export(out, "--format", "moodle", "--sheet", moodle_sheet(out.parent, text), code=2)
    assert "has no column 'Identifier'. Download it in English" in capsys.readouterr().err


# --- plain ------------------------------------------------------------------------------------------------------------


def test_plain_csv(out: Path) -> None:
    """One row a student with names, ids, the score and what it is made of; no cell of a student's runs as a formula."""
    export(out, "--format", "csv")
    header, *rows = table(out / "export" / "grades.csv")
    found = {row[0]: dict(zip(header, row, strict=True)) for row in rows}
    assert list(found) == sorted(found)
    ada = found["ada"]
    assert (ada["name"], ada["canvas"], ada["score"], ada["earned"]) == ("Ada Lovelace", "101", "64", "80")
    assert (ada["late_days"], ada["deduction"], ada["handed_in"]) == ("2", "16", "2026-10-11 12:00+02:00")
    assert found["王芳"]["name"] == "'=HYPERLINK(1)"
    assert (found["zoe"]["score"], found["zoe"]["status"]) == ("", "absent")
    assert (found["dan"]["score"], found["dan"]["status"]) == ("", "grader_error")


# --- Gradescope -------------------------------------------------------------------------------------------------------


def test_gradescope_results(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each student with a score gets a results.json, in a folder named as Gradescope's export has it."""
    export(out, "--format", "gradescope", "--visibility", "after_published")
    folder = out / "export" / "gradescope"
    names = sorted(path.parent.name for path in folder.glob("*/results.json"))
    assert names == ["bob@example.org", "submission_11", "王芳"]
    ada = json.loads((folder / "submission_11" / "results.json").read_text("utf-8"))
    assert (ada["score"], ada["visibility"]) == (64.0, "after_published")
    assert ada["output"].startswith("2 days late: 16 points are deducted from the 80 that the work earned.")
    assert "without a score, and left out: dan, zoe" in capsys.readouterr().err


def check_gradescope(results: dict[str, object]) -> None:
    """The documented schema: what may stand where, and what must."""
    top = {
        "score",
        "execution_time",
        "output",
        "output_format",
        "visibility",
        "stdout_visibility",
        "extra_data",
        "tests",
    }
    assert set(results) <= top
    assert isinstance(results["score"], float)
    assert isinstance(results["output"], str)
    assert isinstance(results["tests"], list)
    visibilities = ("hidden", "after_due_date", "after_published", "visible")
    assert results["visibility"] in visibilities
    for test in results["tests"]:
        allowed = {"score", "max_score", "status", "name", "name_format", "number", "output", "output_format", "tags"}
        assert set(test) <= allowed | {"visibility", "extra_data"}
        assert test.get("status", "passed") in ("passed", "failed")
        assert test["visibility"] in visibilities
        assert ("score" in test) == ("max_score" in test) == ("status" in test)
        assert all(isinstance(tag, str) for tag in test["tags"])


@pytest.mark.parametrize(
    "report", [factories.typical(), factories.starter(), factories.broken_file(), factories.week()]
)
def test_gradescope_schema(report: Report) -> None:
    """What is written is what Gradescope documents; a task that was not graded has no score, and so costs nothing."""
    results = json.loads(results_json(report))
    check_gradescope(results)
    assert results["score"] == report.score
    for task, test in zip(report.tasks, results["tests"], strict=True):
        assert test.get("max_score") == (task.max_score if task.verdict.counts else None)
        assert test.get("score") == (task.score if task.verdict.counts else None)


def test_gradescope_tells_what_failed() -> None:
    """A lost task's box has the claim, what was seen and the hint; a student's text in it is harmless."""
    results = json.loads(results_json(factories.typical()))
    lenet = next(test for test in results["tests"] if test["name"].startswith("LeNet-5 ("))
    assert lenet["status"] == "failed"
    assert "the largest difference is 0.4127" in lenet["output"]
    assert "Hint: LeCun's pooling" in lenet["output"]
    loud = replace(factories.typical(), notes=["read \u202egnp.exe \x1b[31m"])
    assert "\\u202egnp.exe \\x1b[31m" in json.loads(results_json(loud))["output"]


def test_nothing_to_export(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder without grades is told."""
    with Store(tmp_path):
        pass
    export(tmp_path, "--format", "csv", code=2)
    assert "holds no grades yet" in capsys.readouterr().err
