from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from cnngrade.cli import collecting
from cnngrade.errors import UserError
from cnngrade.submissions import Submission, collect, layouts
from cnngrade.submissions.collect import open_folder
from cnngrade.submissions.layouts import Found
from tests.test_submissions import FILES, as_file, make_tar, make_zip, write


def opened(folder: Path, layout: str = "auto", usernames: tuple[str, ...] = ()) -> Found:
    return open_folder(folder, "week2", FILES, [], layout, usernames)


def collected(folder: Path, layout: str = "auto") -> dict[str, Submission]:
    return {submission.student: submission for submission in collect(folder, "week2", FILES, [], layout)}


def test_the_command_line_knows_every_layout() -> None:
    """The choices of --layout are the layouts there are."""
    assert collecting.LAYOUTS == layouts.LAYOUTS


# --- Canvas -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def canvas(tmp_path: Path) -> Path:
    """What "Download Submissions" of Canvas unpacks to."""
    folder = tmp_path / "submissions"
    folder.mkdir()
    make_zip(folder / "lovelaceada_101_9001_week2.zip", {"week2/models.py": b"first"})
    make_zip(folder / "lovelaceada_LATE_101_9007_week2-1.zip", {"week2/models.py": b"again"})
    as_file(folder / "byronannabella_102_9003_models.py", b"m")
    as_file(folder / "byronannabella_102_9002_data-2.py", b"d")
    as_file(folder / "byronannabella_102_9004_answers.md", b"a")
    make_tar(folder / "王芳_103_9005_my homework (final).tar.gz", data=b"x")
    as_file(folder / "typistter_104_text.html", b"<p>hello</p>")
    make_zip(folder / "anon_aB3xZ_9006_week2.zip", {"data.py": b"?"})
    return folder


def test_canvas(canvas: Path) -> None:
    """A download of Canvas is recognised; loose files of one student are one submission, under their own names."""
    found = collected(canvas)
    assert opened(canvas).layout == "canvas"
    assert opened(canvas).told.startswith("read as a download of Canvas: 5 students, 1 of them with several attempts")
    assert found["lovelaceada_101"].files == {"models.py": b"again"}
    assert found["byronannabella_102"].files == {"models.py": b"m", "data.py": b"d", "answers.md": b"a"}
    assert found["王芳_103"].files == {"data.py": b"x"}
    assert found["anon_aB3xZ"].files == {"data.py": b"?"}
    assert "typed into Canvas" in (found["typistter_104"].problem or "")
    assert all(not submission.notes for submission in found.values())


def test_canvas_attempts(canvas: Path) -> None:
    """A file that was handed in again begins a new attempt; the mark LATE and the user's number are known."""
    by_name = {hand_in.student: hand_in for hand_in in opened(canvas).hand_ins}
    first, second = by_name["lovelaceada_101"].attempts
    assert (first.late, second.late) == (False, True)
    assert by_name["lovelaceada_101"].keys == {"canvas": "101"}
    assert len(by_name["byronannabella_102"].attempts) == 1
    assert by_name["anon_aB3xZ"].keys == {}


def test_what_fits_no_scheme_is_still_somebodys(canvas: Path) -> None:
    """A folder that somebody put beside the download is read as a student's, and said to be."""
    write(canvas / "by mail", data="1")
    assert collected(canvas)["by mail"].files == {"data.py": b"1"}
    assert "named unlike the others, and read as folders of students: by mail" in opened(canvas).told


def test_a_layout_can_be_forced(canvas: Path) -> None:
    """With --layout plain a download is one submission a file; a layout that nothing has is a user's error."""
    assert "lovelaceada_101_9001_week2" in collected(canvas, "plain")
    with pytest.raises(UserError, match="there is no submission_metadata"):
        opened(canvas, "gradescope")
    assert opened(canvas, "moodle").told.count("named unlike the others") == 1


def test_plain_names_with_numbers_stay_plain(tmp_path: Path) -> None:
    """Ids with digits and underscores are no reason to take a folder for a download."""
    for name in ("s_1", "s_2", "anna_2024_x"):
        write(tmp_path / name, data="1")
    assert opened(tmp_path).layout == "plain"
    assert sorted(collected(tmp_path)) == ["anna_2024_x", "s_1", "s_2"]


# --- Moodle -----------------------------------------------------------------------------------------------------------


def test_moodle_folders(tmp_path: Path) -> None:
    """A folder for each participant, with what was uploaded inside: files, or an archive; typed text is told."""
    write(tmp_path / "Ada Lovelace_657_assignsubmission_file_", data="1", models="2")
    packed = tmp_path / "王 芳_658_assignsubmission_file_"
    packed.mkdir()
    make_zip(packed / "my week.zip", {"week2/data.py": b"3"})
    (tmp_path / "Carl Typist_659_assignsubmission_onlinetext_").mkdir()
    as_file(tmp_path / "Carl Typist_659_assignsubmission_onlinetext_" / "onlinetext.html", b"<p>")
    found = collected(tmp_path)
    assert opened(tmp_path).layout == "moodle"
    assert found["Ada Lovelace_657"].files == {"data.py": b"1", "models.py": b"2"}
    assert found["王 芳_658"].files == {"data.py": b"3"}
    assert "typed into Moodle" in (found["Carl Typist_659"].problem or "")
    ada = opened(tmp_path).hand_ins[0]
    assert (ada.name, ada.keys) == ("Ada Lovelace", {"moodle": "657"})


def test_moodle_without_folders(tmp_path: Path) -> None:
    """Files of one participant belong together where Moodle puts no folders around them."""
    as_file(tmp_path / "Ada Lovelace_657_assignsubmission_file_data.py", b"1")
    as_file(tmp_path / "Ada Lovelace_657_assignsubmission_file_answers.md", b"2")
    make_zip(tmp_path / "Bob_B_658_assignsubmission_file_week2.zip", {"data.py": b"3"})
    found = collected(tmp_path)
    assert found["Ada Lovelace_657"].files == {"data.py": b"1", "answers.md": b"2"}
    assert found["Bob_B_658"].files == {"data.py": b"3"}


# --- Gradescope -------------------------------------------------------------------------------------------------------

METADATA = """\
---
submission_11:
  :submitters:
  - :name: Ada Lovelace
    :sid: S-1
    :email: ada@example.org
  :created_at: 2026-10-09 21:59:00.123456000 Z
  :score: 0.0
  :results: !ruby/hash:ActiveSupport::HashWithIndifferentAccess
    tests: []
  :history:
  - :id: 10
    :created_at: 2026-10-08 10:00:00 Z
submission_12:
  :submitters:
  - :name: 王芳
    :sid:
    :email: wf@example.org
  - :name: Li Na
    :sid: 3
    :email: ln@example.org
  :created_at: '2026-10-10T01:00:00.5+02:00'
submission_13:
  :submitters: []
"""


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """What "Export Submissions" of Gradescope unpacks to."""
    folder = tmp_path / "assignment_9_export"
    write(folder / "submission_11", data="1")
    write(folder / "submission_12" / "week2", data="2")
    as_file(folder / "submission_metadata.yml", METADATA.encode())
    return folder


def test_gradescope(export: Path) -> None:
    """The metadata says who, also of groups; a submission that is missing from the export is told, not lost."""
    found = collected(export)
    assert found["S-1"].files == {"data.py": b"1"}
    assert found["wf@example.org"].files == found["3"].files == {"data.py": b"2"}
    assert "there is no submission_13" in (found["submission_13"].problem or "")
    ada, wang, *_ = opened(export).hand_ins
    assert ada.keys == {"sid": "S-1", "email": "ada@example.org", "gradescope": "submission_11"}
    assert ada.attempts[0].handed_in
    assert ada.attempts[0].handed_in.isoformat() == "2026-10-09T21:59:00.123456+00:00"
    assert wang.attempts[0].handed_in
    assert wang.attempts[0].handed_in.isoformat() == "2026-10-10T01:00:00.500000+02:00"


def test_gradescope_below(export: Path) -> None:
    """The folder around the export will do, too."""
    assert opened(export.parent).layout == "gradescope"
    assert collected(export.parent)["S-1"].files == {"data.py": b"1"}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: [1\nb: 2", "metadata.yml:2: is no YAML"),
        ("[]", "lists no submissions"),
        ("../../etc: {}", "'../../etc' is no submission"),
        ("a: !!python/object/apply:os.system ['touch /tmp/x']", "is no YAML|no submission"),
        ("a:\n  :created_at: tomorrow", ":created_at 'tomorrow' is no date"),
        ("\x00", "is no YAML"),
    ],
)
def test_broken_metadata_is_one_line(export: Path, text: str, line: str) -> None:
    """Metadata that cannot be read says where, and nothing in it is ever executed."""
    as_file(export / "submission_metadata.yml", text.encode())
    with pytest.raises(UserError, match=line) as caught:
        opened(export)
    assert "\n" not in str(caught.value)


# --- GitHub Classroom -------------------------------------------------------------------------------------------------


def clone(path: Path, **texts: str) -> Path:
    """A real repository with one commit."""
    write(path, **texts)
    who = ["-c", "user.name=x", "-c", "user.email=x@y"]
    for command in (["init", "-q"], ["add", "."], [*who, "commit", "-qm", "done"]):
        subprocess.run(["git", "-C", str(path), *command], check=True)
    return path


def test_github_clones(tmp_path: Path) -> None:
    """Clones in the folder that `classroom clone` makes are named for the assignment, which is taken off."""
    folder = tmp_path / "cnn-week-2-submissions"
    for user in ("ada", "ada-b", "Zoe"):
        clone(folder / f"cnn-week-2-{user}", data=user)
    found = collected(folder)
    assert {student: submission.files["data.py"].decode() for student, submission in found.items()} == {
        "Zoe": "Zoe",
        "ada": "ada",
        "ada-b": "ada-b",
    }
    assert opened(folder).hand_ins[1].keys == {"github": "ada"}
    assert "without 'cnn-week-2-' before their names" in opened(folder).told


def test_github_in_a_folder_of_another_name(tmp_path: Path) -> None:
    """What all names begin with is the assignment, as far as usernames of the roster do not say better."""
    for user in ("anna-x", "anna-y"):
        clone(tmp_path / "all" / f"week2-{user}", data=user)
    assert [each.student for each in opened(tmp_path / "all").hand_ins] == ["x", "y"]
    assert [each.student for each in opened(tmp_path / "all", usernames=("anna-x", "ben")).hand_ins] == [
        "anna-x",
        "anna-y",
    ]


def test_github_zips(tmp_path: Path) -> None:
    """Zips of repositories are named for the branch as well; they need --layout github."""
    for user in ("ada", "bob"):
        make_zip(tmp_path / f"week2-{user}-main.zip", {f"week2-{user}-main/data.py": user.encode()})
    found = collected(tmp_path, "github")
    assert {student: submission.files for student, submission in found.items()} == {
        "ada": {"data.py": b"ada"},
        "bob": {"data.py": b"bob"},
    }


# --- archives in folders ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["", "upload/", "a/b/"])
def test_an_archive_in_a_folder(tmp_path: Path, where: str) -> None:
    """A folder that holds only an archive is looked into, however deep it lies."""
    (tmp_path / "ada" / where).mkdir(parents=True)
    make_zip(tmp_path / "ada" / where / "hw.zip", {"week2/data.py": b"1", "week2/answers.md": b"2"})
    assert collected(tmp_path)["ada"].files == {"data.py": b"1", "answers.md": b"2"}


def test_an_archive_beside_the_files_is_not_opened(tmp_path: Path) -> None:
    """Where the week's files are there, an old archive beside them changes nothing."""
    make_zip(write(tmp_path / "ada", data="new") / "old.zip", {"data.py": b"old", "models.py": b"old"})
    found = collected(tmp_path)["ada"]
    assert found.files == {"data.py": b"new"}
    assert any("old.zip" in note for note in found.notes)


@pytest.mark.parametrize(
    ("content", "line"),
    [(b"PK and no more", "hw.zip is broken and cannot be read"), (b"", "hw.zip is broken and cannot be read")],
)
def test_a_broken_archive_in_a_folder(tmp_path: Path, content: bytes, line: str) -> None:
    """What cannot be opened is said, and does not stop the others."""
    (tmp_path / "ada").mkdir()
    as_file(tmp_path / "ada" / "hw.zip", content)
    write(tmp_path / "bob", data="1")
    found = collected(tmp_path)
    assert line in (found["ada"].problem or "")
    assert found["bob"].files == {"data.py": b"1"}


def test_an_archive_that_climbs_inside_a_folder(tmp_path: Path) -> None:
    """An archive in a folder is held to the same rules: one that climbs out is not read."""
    (tmp_path / "in" / "eve").mkdir(parents=True)
    make_zip(tmp_path / "in" / "eve" / "hw.zip", {"../../data.py": b"1"})
    assert "climbs out of its folder" in (collected(tmp_path / "in")["eve"].problem or "")
    assert not (tmp_path / "data.py").exists()


def test_links_in_a_download_are_not_followed(canvas: Path) -> None:
    """A link among loose files spoils that submission only."""
    (canvas / "mallory_105_9010_data.py").symlink_to("/etc/passwd")
    found = collected(canvas)
    assert found["mallory_105"].problem == "The submission is a link; links are not followed"
    assert found["王芳_103"].files


def test_a_folder_link_to_another_student(tmp_path: Path) -> None:
    """An archive that is a link inside a folder is not opened."""
    make_zip(tmp_path / "secret.zip", {"data.py": b"secret"})
    (tmp_path / "in" / "eve").mkdir(parents=True)
    (tmp_path / "in" / "eve" / "hw.zip").symlink_to(tmp_path / "secret.zip")
    assert collected(tmp_path / "in")["eve"].files == {}


@pytest.mark.parametrize("name", ["x...zip", "a\nb.zip", "\u202egnp.zip"])
def test_the_name_of_an_archive_leads_nowhere(tmp_path: Path, name: str) -> None:
    """However a student calls an archive, its files stay below the submission's own folder."""
    uploaded = tmp_path / "Eve_1_assignsubmission_file_"
    uploaded.mkdir()
    make_zip(uploaded / name, {"data.py": b"1", "deep/answers.md": b"2"})
    as_file(uploaded / "notes.md", b"3")
    files = collected(tmp_path)["Eve_1"].files
    assert files["data.py"] == b"1"
    assert not any(part in ("..", ".", "") for path in files for part in path.split("/"))
    assert all(path.isprintable() for path in files)


@pytest.mark.parametrize("name", ["...zip", "../x.zip"])
def test_the_name_of_one_of_several_files_leads_nowhere(canvas: Path, name: str) -> None:
    """The same among the loose files of a download."""
    make_zip(canvas / f"eve_109_9020_{name.replace('/', '_')}", {"data.py": b"1"})
    as_file(canvas / "eve_109_9021_models.py", b"2")
    files = collected(canvas)["eve_109"].files
    assert not any(part in ("..", ".", "") for path in files for part in path.split("/"))


def test_staffs_files_are_no_submissions(tmp_path: Path) -> None:
    """A staff's file that happens to be named as Canvas names files is no submission among folders of students."""
    for student in ("ada", "bob", "cyd"):
        write(tmp_path / student, data="1")
    as_file(tmp_path / "grades_2024_10_final.csv", b"student")
    notes: list[str] = []
    assert [each.student for each in collect(tmp_path, "week2", FILES, notes)] == ["ada", "bob", "cyd"]
    assert notes == [
        "grades_2024_10_final.csv is no submission (a folder, .zip, .tar.gz or .ipynb) and was passed over"
    ]
