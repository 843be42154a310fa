from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cnngrade.errors import UserError
from cnngrade.submissions.roster import Roster, RosterError, read_roster

BERLIN = ZoneInfo("Europe/Berlin")


def roster(folder: Path, text: str | bytes) -> Roster:
    path = folder / "roster.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_roster(path, BERLIN)


def problems(folder: Path, text: str | bytes) -> str:
    with pytest.raises(RosterError) as caught:
        roster(folder, text)
    message = str(caught.value)
    assert message.startswith(f"{folder / 'roster.csv'}: ")
    return message.removeprefix(f"{folder / 'roster.csv'}: ")


def test_a_roster_of_ones_own(tmp_path: Path) -> None:
    """Columns come in any order; an extension is a number of days or a date, a time has the zone of the course."""
    text = (
        "name,student,email,extension,handed in\n"
        '"Lovelace, Ada",ada,ada@example.org,2,2026-10-10 12:00\n'
        "王芳,wf,,2026-10-20,\n"
        ",carol,,,2026-10-09T10:00Z\n"
    )
    ada, wang, carol = roster(tmp_path, text).entries
    assert (ada.student, ada.name, ada.keys) == ("ada", "Lovelace, Ada", {"email": "ada@example.org"})
    assert (ada.extra, ada.due) == (timedelta(days=2), None)
    assert ada.handed_in
    assert ada.handed_in.isoformat() == "2026-10-10T12:00:00+02:00"
    assert wang.due
    assert wang.due.isoformat() == "2026-10-20T23:59:59+02:00"
    assert (wang.name, wang.extra, wang.handed_in) == ("王芳", None, None)
    assert carol.handed_in
    assert carol.handed_in.isoformat() == "2026-10-09T10:00:00+00:00"


EXPORTS = {
    "canvas": (
        "\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,Week 2 (4711),Current Score\r\n"
        "    Points Possible,,,,,100,(read only)\r\n"
        '"Lovelace, Ada",101,S-1,ada,CNN,,\r\n"Student, Test",999,,,CNN,,\r\n',
        ("ada", "Lovelace, Ada", {"canvas": "101", "sid": "S-1"}),
    ),
    "moodle": (
        'Identifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed",'
        '"Last modified (submission)","Last modified (grade)","Feedback comments"\n'
        '"Participant 657","Ada Lovelace",ada@example.org,"Submitted for grading",,100.00,Yes,'
        '"Friday, 9 October 2026, 11:59 PM",-,\n',
        ("ada@example.org", "Ada Lovelace", {"moodle": "657", "email": "ada@example.org"}),
    ),
    "gradescope": (
        "First Name,Last Name,SID,Email,Sections\nAda,Lovelace,S-1,ada@example.org,A\n",
        ("S-1", "Ada Lovelace", {"sid": "S-1", "email": "ada@example.org"}),
    ),
    "classroom": (
        '"assignment_name","assignment_url","starter_code_url","github_username","roster_identifier",'
        '"student_repository_name","student_repository_url","submission_timestamp","points_awarded","points_available"\n'
        '"week2","https://x","","ada-l","ada","week2-ada-l","https://y","2026-10-09 12:34:56 UTC","0","0"\n',
        ("ada", "", {"github": "ada-l"}),
    ),
    "classroom roster": (
        '"identifier","github_username","github_id","name"\n"ada","ada-l","1","Ada"\n',
        ("ada", "Ada", {"github": "ada-l"}),
    ),
    "excel in German": ("student;name\r\nada;Lovelace, Ada\r\n\r\n;\r\n", ("ada", "Lovelace, Ada", {})),
}


@pytest.mark.parametrize("kind", EXPORTS)
def test_what_platforms_export_is_a_roster(tmp_path: Path, kind: str) -> None:
    """A gradebook, worksheet or roster of a platform can be given as downloaded; rows without a student are left out."""
    text, expected = EXPORTS[kind]
    [entry] = roster(tmp_path, text).entries
    assert (entry.student, entry.name, entry.keys) == expected


def test_platforms_say_when(tmp_path: Path) -> None:
    """Moodle's worksheet and Classroom's grades say when something was handed in."""
    for kind, when in (("moodle", "2026-10-09T23:59:00+02:00"), ("classroom", "2026-10-09T12:34:56+00:00")):
        [entry] = roster(tmp_path, EXPORTS[kind][0]).entries
        assert entry.handed_in
        assert entry.handed_in.isoformat() == when


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "row 1 should name the columns"),
        ("naam,klas\nada,1\n", "row 1 names no column 'student' with the students' ids; it names: naam, klas"),
        ("student,extention\nada,2\n", "row 1: 'extention' is no known column. Did you mean 'extension'?"),
        ("student,name,Student\nada,Ada,ada\n", "row 1 names the column 'student' twice"),
        ("student\n", "names no student"),
        ("student,name\nada,Ada\nbob,Bob\nAda,Again\n", "row 4: the student id 'Ada' is already in row 2"),
        ("student,email\na,x@y\nb,x@y\n", "row 3: the email 'x@y' is already in row 2"),
        ("student,name\nada,Ada\n\n,Nobody\n", "row 4 has no student id"),
        ("student,due\nada,10/11/2026\n", "row 2: due '10/11/2026' is no date that can be read"),
        ("student,extension\nada,soon\n", "row 2: extension 'soon' is no date that can be read"),
        ("student,handed in\nada,2026-10-09\n", "row 2: handed in '2026-10-09' says no time of day"),
        ("student,name\nada,Ada,Lovelace\n", "row 2 has 3 cells, and row 1 names 2 columns"),
        ('student,name\nada,"Ada\n', "row 2 is no CSV"),
        ("student,name\nada,Ada\nbob,B\xf6b\n".encode("latin-1"), "row 3 is not UTF-8 text; save it as UTF-8"),
        ("student\nada\n".encode("utf-16"), "row 1 is not UTF-8 text"),
    ],
)
def test_what_is_wrong_is_one_line_with_its_row(tmp_path: Path, text: str | bytes, line: str) -> None:
    """A roster that cannot be used says where and what to do."""
    told = problems(tmp_path, text)
    assert told.startswith(line)
    assert "\n" not in told


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    """Three slips are three lines, in the order of their rows."""
    told = problems(tmp_path, "student,due\na,never\n,2026-10-09\nA,2026-10-09\n").splitlines()
    assert [line.strip()[:6] for line in told[1:]] == ["row 2:", "row 3 ", "row 4:"]


def test_a_time_needs_a_zone(tmp_path: Path) -> None:
    """Where the course says no time zone, a local time in the roster is told as unclear."""
    (tmp_path / "roster.csv").write_text("student,due\nada,2026-10-09 12:00\n")
    with pytest.raises(RosterError, match="row 2: due '2026-10-09 12:00' says no time zone; state 'timezone'"):
        read_roster(tmp_path / "roster.csv", None)


def test_other_columns_are_named(tmp_path: Path) -> None:
    """Columns that mean nothing here are passed over, and said to be."""
    assert roster(tmp_path, "student,shoe size\nada,38\n").notes == (
        "columns of the roster that are not used: shoe size",
    )


def test_no_such_roster(tmp_path: Path) -> None:
    """A path that is none is the caller's mistake."""
    with pytest.raises(UserError, match="cannot be read: No such file"):
        read_roster(tmp_path / "roster.csv", None)


def test_who_is_who(tmp_path: Path) -> None:
    """A student is found by id, by a platform's id, by a name in either order, and never by a name that two have."""
    text = (
        "student,name,canvas id,github\nada,Ada Lovelace,101,ada-l\nbob,Bob Li,102,\nbo,Bo Li,103,\nli,Li Wang,,\n"
        "wang,Li Wang,,\n"
    )
    known = roster(tmp_path, text)

    def found(student: str = "", name: str = "", **keys: str) -> str | None:
        entry = known.find(student, name, keys)
        return entry.student if entry else None

    assert found("ADA") == found(canvas="101") == found(github="Ada-L") == found(name="Lovelace, Ada") == "ada"
    assert found(name="lovelaceada") == "ada"  # as Canvas writes it
    assert found(name="libo") == "bo"
    assert found(name="Li Wang") is None
    assert found("eve", "Eve Li", canvas="999") is None


def test_composed_and_decomposed_letters_are_the_same(tmp_path: Path) -> None:
    """A name that macOS has taken apart is found in a roster that has it whole."""
    known = roster(tmp_path, "student,name\nzoë,Zoë\n")
    assert known.find("zoe\u0308", "", {}) == known.find("", "Zoe\u0308", {}) == known.entries[0]
