"""No name and no file of one student's decides how others are read, and every name has a folder of its own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from cnngrade.barrier import Barrier
from cnngrade.errors import UserError
from cnngrade.records.class_list import Known, Roll
from cnngrade.reports import report_folder
from cnngrade.submissions import collect
from cnngrade.submissions.collect import ids_of, open_folder, student_id
from cnngrade.submissions.layouts import HandIn
from tests.test_layouts import METADATA, clone, collected, opened
from tests.test_submissions import FILES, as_file, make_zip, write

HONEST = ("ada", "bob", "carl")


@pytest.fixture
def honest(tmp_path: Path) -> Path:
    """A class of three, a folder each."""
    for name in HONEST:
        write(tmp_path / "class" / name, data=name, models=name)
    return tmp_path / "class"


def metadata(folder: Path) -> None:
    for name in ("submission_11", "submission_12", "mine"):
        write(folder / name, data="mallory's")
    as_file(folder / "submission_metadata.yml", METADATA.replace("S-1", "ada").encode())


def wrapped(folder: Path) -> None:
    metadata(folder / "assignment_9_export")


def linked(folder: Path) -> None:
    folder.mkdir()
    (folder / "submission_metadata.yml").symlink_to("/etc/hostname")
    (folder / ".git").symlink_to(folder)


def repository(folder: Path) -> None:
    clone(folder, data="mallory's")


@pytest.mark.parametrize("make", [metadata, wrapped, linked, repository])
@pytest.mark.parametrize("name", ["mallory", "submission_11", "assignment_9_export", "class-mallory", "week2"])
def test_what_lies_in_one_folder_makes_nothing_of_the_class(honest: Path, make: object, name: str) -> None:
    """A platform's files inside a student's folder are that student's files, for any name of the folder."""
    before = collected(honest)
    make(honest / name)  # type: ignore[operator]
    found = collected(honest)
    assert opened(honest).layout == "plain"
    assert set(found) == {*HONEST, name}
    assert {student: found[student] for student in HONEST} == before


NAMES = [
    "lovelace_101_9000_week2.zip",
    "Ada Lovelace_657_assignsubmission_file_x.zip",
    "ada_LATE_1_2_bob.zip",
    "anon_1_2_3.zip",
    "-rf.zip",
    "a\nb.zip",
    "con.zip",
    "Ada.zip",
    "BOB.zip",
    "a\u0301da.zip",
    "week2-main.zip",
    "carl-2.zip",
    "\u202egnp.zip",
    "[red].zip",
]


@pytest.mark.parametrize("name", NAMES)
def test_one_odd_name_changes_nobody_elses_reading(honest: Path, name: str) -> None:
    """However the one calls what is handed in, the others have the same ids, files and notes."""
    before = collected(honest)
    make_zip(honest / name, {"data.py": b"mallory's"})
    found = collected(honest)
    assert {student: found[student] for student in HONEST} == before
    (other,) = set(found) - set(HONEST)
    assert found[other].files == {"data.py": b"mallory's"}


def test_a_name_that_is_no_text(honest: Path) -> None:
    """A name with bytes that are no UTF-8 is graded under one that can be written, and so can its roll."""
    folder = os.fsencode(honest) + b"/mall\xff\xfery"
    os.mkdir(folder)  # noqa: PTH102  (a path of bytes)
    Path(os.fsdecode(folder), "data.py").write_text("1")
    found = collected(honest)
    (other,) = set(found) - set(HONEST)
    assert found[other].files == {"data.py": b"1"}
    assert other.encode()


@pytest.mark.parametrize(("layout", "kind"), [("moodle", "moodle"), ("github", "github")])
def test_names_and_keys_are_text_that_can_be_stored(tmp_path: Path, layout: str, kind: str) -> None:
    """What a platform took from a student's own name can be stored and printed, even if it holds undecodable bytes."""
    names = {"moodle": b"A\xffda\n_657_assignsubmission_file_", "github": b"week2-a\xff\nda"}
    for name in (names[layout], names[layout].replace(b"da", b"di").replace(b"657", b"658")):
        os.mkdir(os.fsencode(tmp_path) + b"/" + name)  # noqa: PTH102
    for hand_in in opened(tmp_path, layout).hand_ins:
        known = Known(student_id(hand_in.student), "", hand_in.name, hand_in.keys)
        assert Roll.from_json(Roll({known.student: known}).to_json()).known[known.student].keys[kind]
        assert hand_in.name.isprintable()
        assert "\n" not in hand_in.keys[kind]


# --- the first marker -------------------------------------------------------------------------------------------------


def test_the_first_marker_of_canvas_wins(tmp_path: Path) -> None:
    """A file that is called as another one's download would be stays with who handed it in."""
    as_file(tmp_path / "hopper_102_9100_lovelace_103_9200_models.py", b"hopper's")
    as_file(tmp_path / "hopper_102_9101_a\n_lovelace_103_9201_data.py", b"hopper's")
    as_file(tmp_path / "lovelace_103_9001_data.py", b"lovelace's")
    found = collected(tmp_path)
    assert set(found) == {"hopper_102", "lovelace_103"}
    assert found["lovelace_103"].files == {"data.py": b"lovelace's"}
    assert b"hopper's" in found["hopper_102"].files.values()


def test_the_first_marker_of_moodle_wins(tmp_path: Path) -> None:
    """The same in a download of Moodle without folders."""
    as_file(tmp_path / "Eve_650_assignsubmission_file_Ada_657_assignsubmission_file_data.py", b"eve's")
    as_file(tmp_path / "Ada_657_assignsubmission_file_data.py", b"ada's")
    found = collected(tmp_path)
    assert found["Ada_657"].files == {"data.py": b"ada's"}
    assert found["Eve_650"].files == {"Ada_657_assignsubmission_file_data.py": b"eve's"}


def test_a_folder_with_two_markers_is_nobody_elses(tmp_path: Path) -> None:
    """Where a name may be a student's own, a second marker in it does not give its files to another student."""
    write(tmp_path / "Ada_657_assignsubmission_file_", data="ada's")
    write(tmp_path / "Bob_658_assignsubmission_file_", data="bob's")
    write(tmp_path / "Ada_657_assignsubmission_file_x_659_assignsubmission_file_", data="eve's", models="eve's")
    found = collected(tmp_path)
    assert found["Ada_657"].files == {"data.py": b"ada's"}
    assert len(found) == 3


def test_one_repository_of_another_name_leaves_the_others_theirs(tmp_path: Path) -> None:
    """The part before the usernames is what nearly all names begin with, even if one student renames a repository."""
    for user in ("ada", "bob", "carl", "dora"):
        clone(tmp_path / "all" / f"week-2-{user}", data=user)
    before = {each.student for each in opened(tmp_path / "all").hand_ins}
    clone(tmp_path / "all" / "week-3-mallory", data="x")
    clone_names = {each.student for each in opened(tmp_path / "all").hand_ins}
    assert before == {"ada", "bob", "carl", "dora"}
    assert before < clone_names


def test_metadata_alone_is_no_export(honest: Path) -> None:
    """A stray file of that name among folders of students is passed over, and named."""
    as_file(honest / "submission_metadata.yml", METADATA.encode())
    notes: list[str] = []
    assert open_folder(honest, "week2", FILES, notes).layout == "plain"
    assert any(note.startswith("submission_metadata.yml is no submission") for note in notes)


def test_a_student_called_as_the_week_is_one_of_the_class(honest: Path) -> None:
    """One folder called week2, or a file of the week's, stops no other student; alone, it is a single submission."""
    write(honest / "week2", data="mallory's")
    as_file(honest / "models.py", b"a stray")
    assert set(HONEST) < set(collected(honest))
    for name in HONEST:
        os.rename(honest / name, honest.parent / name)  # noqa: PTH104
    with pytest.raises(UserError, match="is itself a submission"):
        opened(honest)


def test_what_is_hidden_is_told(honest: Path) -> None:
    """A submission whose name begins with a dot is passed over, and not in silence."""
    make_zip(honest / ".eve.zip", {"data.py": b"1"})
    notes: list[str] = []
    assert len([*collect(honest, "week2", FILES, notes)]) == 3
    assert notes == [".eve.zip is hidden and was passed over: rename it if it is a submission"]


# --- one id, two owners -----------------------------------------------------------------------------------------------


def test_an_id_that_two_claim_is_nobodys(honest: Path) -> None:
    """Both are read, under names of their own and with a note that names both; the others are as they were."""
    make_zip(honest / "ada.zip", {"data.py": b"mallory's"})
    found = collected(honest)
    assert "ada" not in found
    claimed = [submission for student, submission in found.items() if student.startswith("ada-")]
    assert sorted(each.files["data.py"] for each in claimed) == [b"ada", b"mallory's"]
    assert all("ada and ada.zip are handed in under one name" in each.notes[0] for each in claimed)
    assert found["bob"].notes == []


def ids(*names: str) -> list[str]:
    return [student for student, _ in ids_of([HandIn(name, ()) for name in names])]


ODD = [
    "Ada",
    "ADA",
    "ada",
    "a\u0301da",
    "\xe1da",
    "ß",
    "ss",
    "SS",
    "con",
    "CON",
    "-x",
    ".",
    "..",
    "a/b",
    "a\\b",
    "a\nb",
]
ODD += [
    "x" * 300,
    "x" * 301,
    "\udcff",
    "\udcfe",
    "ada (attempt 1)",
    "ﬁ",
    "fi",
    "K",
    "k",
    "%2e%2e",
    "a.",
    "a ",
    "",
    "nul.txt",
]


@pytest.mark.parametrize("system", ["linux", "darwin"])
def test_ids_stay_apart_whatever_their_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str) -> None:
    """No two students share an id or a folder, also where a file system ignores case; no id depends on who else comes first."""
    monkeypatch.setattr(sys, "platform", system)
    found = dict(zip(ODD, ids(*ODD), strict=True))
    assert len({each.casefold() if system == "darwin" else each for each in found.values()}) == len(ODD)
    assert dict(zip(ODD[::-1], ids(*ODD[::-1]), strict=True)) == found
    for student in found.values():
        (tmp_path / "reports" / report_folder(student)).mkdir(parents=True)
    assert len([*(tmp_path / "reports").iterdir()]) == len(ODD)
    assert [*tmp_path.iterdir()] == [tmp_path / "reports"]


def test_a_name_in_other_letters_moves_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who is called the same in capitals, or without them, does not move anybody's report."""
    monkeypatch.setattr(sys, "platform", "linux")
    assert ids("ADA", "Ada", "ada", "bob") == ["ADA", "Ada", "ada", "bob"]
    monkeypatch.setattr(sys, "platform", "darwin")
    assert ids("ADA", "Ada", "ada", "bob")[2:] == ["ada", "bob"]


def test_a_name_of_any_length_is_cut_at_once() -> None:
    """A platform's file may hold a name of megabytes."""
    assert len(student_id("." * 10**6 + "x").encode()) <= 100
    assert len(student_id("王" * 10**6).encode()) <= 100


def test_the_barrier_holds_for_whoever_cannot_be_read(honest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If one submission cannot be read, for any reason, only this student has a problem."""
    module = sys.modules[collect.__module__]
    read = module.read_attempt

    def fail(attempt: object, week: str, files: object, student: str, *more: object) -> object:
        if student == "bob":
            raise LookupError("no such thing")
        return read(attempt, week, files, student, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "read_attempt", fail)
    barrier = Barrier()
    found = {each.student: each for each in collect(honest, "week2", FILES, [], "auto", barrier)}
    assert set(found) == set(HONEST)
    assert "LookupError: no such thing" in (found["bob"].problem or "")
    assert found["ada"].files
    assert [trouble.student for trouble in barrier.troubles] == ["bob"]
