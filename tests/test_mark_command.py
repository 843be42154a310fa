"""`cnngrade mark`: through spreadsheets as a process, and on a screen of 80 by 24 in a real tmux, by keys alone."""

from __future__ import annotations

import asyncio
import csv
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from textual.widgets import TextArea

from cnngrade.cli import main as cli
from cnngrade.marking.ledger import Ledger
from cnngrade.marking.lines import wrap
from cnngrade.marking.screen import Marking
from cnngrade.marking.session import MarkingSession, make_piles
from cnngrade.records.database import Store
from tests.support.week2_course import REPOSITORY, environment, reference, run, small_course
from tests.support.written_class import QUESTIONS, answered, reports, write_store

WEEK = ["week2", "--course", str(REPOSITORY)]


def mark(out: Path, *arguments: object) -> int:
    return cli.run(["mark", *WEEK, "--out", str(out), *map(str, arguments)])


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return write_store(tmp_path / "out", reports(4))


# --- through a spreadsheet --------------------------------------------------------------------------------------------


def fill(path: Path, score: Callable[[dict[str, str]], str]) -> None:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(row | {"score": score(row), "comment": "Which one?"} for row in rows)


def test_marks_reach_every_report(out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A sheet that was filled in completes the class: gradebook, report.json, both pages; and report renders them again."""
    sheet = tmp_path / "marks.csv"
    assert mark(out, "--csv-out", sheet) == 0
    assert "student-00" not in sheet.read_text("utf-8-sig")
    assert not (out / "gradebook.csv").exists()
    fill(sheet, lambda row: row["max_score"])
    assert mark(out, "--csv-in", sheet, "--marker", "ada") == 0
    assert "20 marks taken" in capsys.readouterr().out
    gradebook = (out / "gradebook.csv").read_text().splitlines()
    assert gradebook[1] == "student-000,week2,graded,23,23,8"
    report = json.loads((out / "reports" / "student-000" / "report.json").read_text())
    assert (report["score"], report["auto_score"], report["status"]) == (23, 8, "graded")
    assert [each["score"] for each in report["written"]] == [3, 3, 3, 3, 3]
    page = (out / "reports" / "student-000" / "report.html").read_text()
    assert page.count('<p class="comment">Which one?</p>') == 5
    before = {path: path.read_bytes() for path in out.rglob("*") if path.suffix in (".json", ".html", ".csv")}
    for path in before:
        path.unlink()
    assert cli.run(["report", str(out)]) == 0
    assert {path: path.read_bytes() for path in before} == before


def test_a_class_is_incomplete_until_all_marks_are_given(out: Path, tmp_path: Path) -> None:
    """With one question marked, scores rise and the status stays incomplete; the automatic points do not move."""
    assert mark(out, "--csv-out", tmp_path / "marks.csv", "--question", "shuffle", "--names") == 0
    assert "student-000" in (tmp_path / "marks.csv").read_text("utf-8-sig")
    fill(tmp_path / "marks.csv", lambda row: "1.5")
    assert mark(out, "--csv-in", tmp_path / "marks.csv") == 0
    report = json.loads((out / "reports" / "student-000" / "report.json").read_text())
    assert (report["score"], report["auto_score"], report["status"]) == (9.5, 8, "incomplete")
    assert (out / "gradebook.csv").read_text().splitlines()[1] == "student-000,week2,incomplete,9.5,23,8"


def test_a_wrong_sheet_leaves_everything_as_it_was(
    out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A mark above the maximum is a line with its row and exit code 2; not a byte of the store changes."""
    assert mark(out, "--csv-out", tmp_path / "marks.csv") == 0
    fill(tmp_path / "marks.csv", lambda row: "4" if row["question"] == "shuffle" else "1")
    before = (out / "grades.db").read_bytes()
    assert mark(out, "--csv-in", tmp_path / "marks.csv") == 2
    told = capsys.readouterr().err
    assert "nothing was taken from marks.csv, it has 4 problems:\n  row 2: the score 4 is above the maximum, 3" in told
    assert (out / "grades.db").read_bytes() == before


@pytest.mark.slow
def test_grading_again_keeps_marks_but_not_for_another_text(tmp_path: Path) -> None:
    """grade stores the answers; after --regrade a mark stands, but where the answer has changed it waits again."""
    course = small_course(tmp_path / "course", "count-parameters")
    sheet = "## shuffle\nA new order in every epoch, so that batches differ.\n"
    for student in ("ada", "bob"):
        folder = reference(tmp_path / "submissions" / student)
        (folder / "answers.md").write_text(sheet)
    grade = ["grade", "week2", tmp_path / "submissions", "--out", tmp_path / "out", "--course", course]
    grade += ["--isolation", "none", "--workers", "1"]
    assert run(tmp_path, *grade).returncode == 0
    report = json.loads((tmp_path / "out" / "reports" / "ada" / "report.json").read_text())
    assert (report["written"][0]["answer"], report["written"][0]["score"]) == (sheet.split("\n")[1], None)
    assert mark(tmp_path / "out", "--csv-out", tmp_path / "marks.csv") == 0
    fill(tmp_path / "marks.csv", lambda row: "2")
    assert mark(tmp_path / "out", "--csv-in", tmp_path / "marks.csv") == 0
    (tmp_path / "submissions" / "bob" / "answers.md").write_text(sheet.replace("differ", "are all alike"))
    assert run(tmp_path, *grade, "--regrade").returncode == 0
    rows = (tmp_path / "out" / "gradebook.csv").read_text().splitlines()
    assert rows[1:] == ["ada,week2,graded,95,100,85", "bob,week2,incomplete,93,100,85"]
    report = json.loads((tmp_path / "out" / "reports" / "bob" / "report.json").read_text())
    assert [each["score"] for each in report["written"]] == [None, 2, 2, 2, 2]


def test_a_sheet_is_never_written_over_another(out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A sheet that somebody may be filling in is not replaced by an empty one."""
    (tmp_path / "marks.csv").write_text("my marks")
    assert mark(out, "--csv-out", tmp_path / "marks.csv") == 2
    assert "marks.csv is there already, and may hold marks that are stored nowhere else" in capsys.readouterr().err
    assert (tmp_path / "marks.csv").read_text() == "my marks"


REFUSED = {
    "both": (["--csv-out", "a", "--csv-in", "b"], "--csv-out and --csv-in exclude each other"),
    "question": (["--question", "shufle"], "week2 has no question 'shufle'. Known: shuffle, transforms"),
    "marker": (["--marker", " "], "--marker is empty"),
    "absent": (["--csv-in", "absent.csv"], "absent.csv cannot be read: No such file or directory"),
    "terminal": ([], "this is no terminal to mark in. Use --csv-out and --csv-in"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_wrong_command_line_is_one_line(out: Path, case: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What is typed wrongly exits with 2 and one line that says what to do."""
    arguments, expected = REFUSED[case]
    assert mark(out, *arguments) == 2
    err = capsys.readouterr().err
    assert expected in err
    assert len(err.splitlines()) == 1


def test_there_have_to_be_rubrics_and_grades(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A student's copy has no rubrics to mark by; a folder that grade did not write has nothing to mark."""
    (tmp_path / "out").mkdir()
    assert mark(tmp_path / "out") == 2
    assert "there is no grades.db in" in capsys.readouterr().err
    with Store(tmp_path / "out"):
        pass
    assert mark(tmp_path / "out") == 2
    assert "holds no grades of week2. Run `cnngrade grade week2` first" in capsys.readouterr().err
    week = tmp_path / "assignments" / "week2"
    shutil.copytree(REPOSITORY / "assignments" / "week2", week, ignore=shutil.ignore_patterns("hidden", "figures"))
    shutil.copy(REPOSITORY / "assignments" / "course.toml", week.parent)
    questions = (week / "questions.toml").read_text("utf-8")
    kept = [block.split("answer.en")[0] for block in questions.split("[[question]]")]
    (week / "questions.toml").write_text("[[question]]".join(kept), "utf-8")
    course = (tmp_path / "assignments" / "course.toml").read_text()
    (tmp_path / "assignments" / "course.toml").write_text(
        re.sub(r"weeks = \[.*?\]", 'weeks = ["week2"]', course, flags=re.S)
    )
    assert cli.run(["mark", "week2", "--course", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert "the rubrics of week2 are not installed here" in capsys.readouterr().err


def test_pages_wait_for_a_run_that_writes_them(out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Marks are stored while grade is running; the pages follow later, and one line says how."""
    assert mark(out, "--csv-out", tmp_path / "marks.csv") == 0
    fill(tmp_path / "marks.csv", lambda row: "1")
    with Store(out):
        assert mark(out, "--csv-in", tmp_path / "marks.csv") == 0
    told = capsys.readouterr().err
    assert "the pages are not written: another run is writing to" in told
    assert f"`cnngrade report {out}` does it later" in told
    with Ledger(out, "week2") as ledger:
        assert len(ledger.latest()) == 20


# --- on the screen ----------------------------------------------------------------------------------------------------


class Terminal:
    """One tmux window of 80 by 24 in which a marker works."""

    def __init__(self, tmp_path: Path, out: Path, *arguments: str) -> None:
        self._socket = ["tmux", "-S", str(tmp_path / "tmux"), "-f", os.devnull]
        shell = shlex.join([sys.executable, "-m", "cnngrade", "mark", *WEEK, "--out", str(out), *arguments])
        identity = ["-d", "-P", "-F", "#{pane_pid} #{pane_id}"]
        new = ["new-window"] if (tmp_path / "tmux").exists() else ["new-session", "-x", "80", "-y", "24"]
        keep = f"exec env TERM=tmux-256color {shell}"
        made = subprocess.run(
            [*self._socket, *new, *identity, keep, ";", "set-option", "-g", "remain-on-exit", "on"],
            env=environment(tmp_path), check=True, capture_output=True, text=True,
        )  # fmt: skip
        pid, self._pane = made.stdout.split()
        self.pid = int(pid)

    def press(self, *keys: str) -> None:
        subprocess.run([*self._socket, "send-keys", "-t", self._pane, *keys], check=True)

    def screen(self) -> str:
        done = subprocess.run([*self._socket, "capture-pane", "-p", "-t", self._pane], capture_output=True, check=True)
        return done.stdout.decode()

    def wait(self, *texts: str, without: str = "\0") -> str:
        """The screen once it has all of `texts`, and not what it is to be `without`."""
        end = time.monotonic() + 60
        while without in (seen := self.screen()) or not all(text in seen for text in texts):
            assert time.monotonic() < end, f"{texts} did not come:\n{seen}"
            time.sleep(0.02)
        return seen

    def end(self) -> None:
        subprocess.run([*self._socket, "kill-server"], check=False, capture_output=True)


Open = Callable[..., Terminal]


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Open]:
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    opened: list[Terminal] = []

    def start(out: Path, *arguments: str) -> Terminal:
        opened.append(Terminal(tmp_path, out, *arguments))
        return opened[-1]

    yield start
    for each in opened[:1]:
        each.end()


def scores(out: Path, question: str = "shuffle") -> list[tuple[str, float | None]]:
    with Ledger(out, "week2") as ledger:
        return [(mark.marker, mark.score) for mark in ledger.since(0) if mark.question == question]


def test_marking_by_keys_alone_survives_a_kill(out: Path, terminal: Open) -> None:
    """Items, comment, undo; killed with -9 in the middle of an answer, the next start goes on there with all of it."""
    one = terminal(out, "--marker", "ada")
    seen = one.wait("answer 1 of 4", "0 marked, 4 wait", "? shows the keys")
    assert "student-" not in seen
    one.press("1", "3")
    one.wait("2 of 3 points  not given yet")
    one.press("Enter")
    one.wait("gave 2 to 1 answer", "answer 2 of 4", "1 marked, 3 wait")
    one.press("Enter")
    one.wait("no points are chosen yet", "answer 2 of 4")
    one.press("f", "-")
    one.wait("2.5 of 3 points")
    one.press("c")
    one.wait("comment: enter keeps it")
    one.press("-l", "Why so?")
    one.wait("Why so?")
    os.kill(one.pid, signal.SIGKILL)
    assert scores(out) == [("ada", 2.0)]

    again = terminal(out, "--marker", "ada")
    again.wait("answer 2 of 4", "2.5 of 3 points  not given yet", "comment: Why so?", "1 marked, 3 wait")
    again.press("Enter")
    again.wait("answer 3 of 4", "2 marked, 2 wait")
    again.press("u")
    again.wait("took back 1 mark", "answer 2 of 4", "1 marked, 3 wait", "2.5 of 3 points  not given yet")
    again.press("Enter")
    again.wait("2 marked, 2 wait")
    again.press("q")
    again.wait("3 marks written, all of them stored", "4 reports, gradebook.csv and index.html are up to date")
    assert scores(out) == [("ada", 2.0), ("ada", 2.5), ("ada", None), ("ada", 2.5)]
    assert "student-00" in (out / "gradebook.csv").read_text()


def test_a_whole_group_is_marked_with_a_comment_from_the_bank(tmp_path: Path, terminal: Open) -> None:
    """Equal answers are shown before they all get one mark; a comment comes back from the bank; Chinese is shown."""
    text = "每个训练轮次都重新抽取样本的顺序，小批量也随之改变。"
    graded = [answered(report, shuffle=text) for report in reports(3)]
    graded.append(answered(reports(4)[3], shuffle="Shuffling prevents that the net learns the order of the samples."))
    out = write_store(tmp_path / "out", graded)
    one = terminal(out, "--marker", "ada", "--names")
    one.wait("group 1 of 2: 3 alike, 3 wait", "student-00", "每个训练轮次都重新抽取样本的顺序")
    one.press("1", "c")
    one.wait("comment: enter keeps it")
    one.press("好", "Enter")  # at once: enter must not overtake what was typed before it
    one.wait("comment: 好", "not given yet")
    one.press("a")
    one.wait("Give 1 of 3 to 3 answers?", "3 times")
    one.press("Enter")
    one.wait("gave 1 to 3 answers", "3 marked, 1 wait")
    one.press("z", "b")
    one.wait("comments given before", "好")
    one.press("Enter")
    one.wait("0 of 3 points  not given yet", "comment: 好")
    one.press("l")
    one.wait("说明每个 epoch 都重新抽取顺序")
    one.press("r")
    one.wait("the question; esc closes")
    one.press("Escape")
    one.wait(without="esc closes")  # or a terminal takes the two keys for one
    one.press("Enter")
    one.wait("question 2 of 5", "week 4 of 20")
    assert scores(out) == [("ada", 1.0)] * 3 + [("ada", 0.0)]


def test_keys_of_one_burst_count_in_their_order(out: Path, terminal: Open) -> None:
    """Letters are there before the choice and the enter that follow them, however quickly they come."""
    one = terminal(out)
    for number, text in enumerate(("good_idea", "none", "bad_idea"), 1):
        one.press("c")
        one.wait("comment: enter keeps it")
        one.press(*text, "Enter")
        one.wait(f"comment: {text}", without="enter keeps it")
        one.press("z", "Enter")
        one.wait(f"{number} marked", without="comment: ")
    one.press("b")
    one.wait("comments given before")
    one.press(*"idea", "Down", "Enter")  # the newest comes first, and `none` does not fit
    one.wait("comment: good_idea", without="comments given before")


def test_two_terminals_on_one_store(out: Path, terminal: Open) -> None:
    """The second marker sees what the first one gave instead of overwriting it, and may then replace it knowingly."""
    ada, bob = terminal(out, "--marker", "ada"), terminal(out, "--marker", "bob")
    for each in (ada, bob):
        each.wait("answer 1 of 4", "0 marked, 4 wait")
    bob.press("z")
    bob.wait("not given yet")
    ada.press("f", "Enter")
    ada.wait("gave 3 to 1 answer")
    bob.wait("marked 3 by ada")
    bob.press("Enter")
    bob.wait("not given: ada gave 3 meanwhile; enter gives yours, w goes on")
    assert scores(out) == [("ada", 3.0)]
    bob.press("Enter")
    bob.wait("gave 0 to 1 answer")
    assert scores(out) == [("ada", 3.0), ("bob", 0.0)]


def test_what_a_student_wrote_is_shown_and_not_obeyed(tmp_path: Path, terminal: Open) -> None:
    """Control characters and markup in an answer are text on the screen."""
    hostile = "[bold red]x[/] \x1b[2J\x1b]0;owned\x07 [@click=app.quit]press[/] \u202e abc, and some more words of mine"
    out = write_store(tmp_path / "out", [answered(each, shuffle=hostile) for each in reports(1)])
    one = terminal(out, "--marker", "[red]ada[/]")
    one.wait("[bold red]x[/] \\x1b[2J\\x1b]0;owned\\x07 [@click=app.quit]press[/] \\u202e")
    one.press("f", "Enter", "<", "p", "h")
    one.wait("marks of this answer", "[red]ada[/] gave 3")


def test_an_answer_that_changed_says_so(out: Path, terminal: Open) -> None:
    """The screen opens at an answer that was marked for another text, says who gave what, and keeps both in the history."""
    with Ledger(out, "week2") as ledger:
        session = MarkingSession(ledger, make_piles(ledger.reports(), QUESTIONS), "bob")
        while session.at[0] == 0:
            session.grant(True)
            session.give()
            session.next_waiting()
    with Store(out) as store:
        store.add(answered(reports(1)[0], shuffle="The order is drawn anew in every single epoch."), "key")
    one = terminal(out, "--marker", "ada", "--question", "shuffle")
    one.wait("The order is drawn anew", "changed since bob gave 3: mark it again", "3 marked, 1 wait")
    one.press("z", "Enter")
    one.wait("every answer has its mark, q leaves")
    one.press("h")
    one.wait("bob gave 3", "for another text:", "ada gave 0")


def test_a_full_disk_ends_the_session_with_what_was_stored(out: Path) -> None:
    """A key that cannot be stored ends the screen with the store's own line; what was given before is there."""
    with Ledger(out, "week2") as ledger:
        session = MarkingSession(ledger, make_piles(ledger.reports(), QUESTIONS[:1]), "ada")
        screen = Marking(session, "week2")

        async def work() -> None:
            async with screen.run_test(size=(80, 24)) as pilot:
                await pilot.press("f", "enter")
                ledger._drafts._connection.execute(
                    "PRAGMA max_page_count = 1"
                )  # rounded up to what is in use: no page more
                await pilot.press("c")
                screen.query_one(TextArea).text = "because " * 4000
                await pilot.pause()

        asyncio.run(work())
        assert screen.failure is not None
        assert "no space is left" in str(screen.failure)
        assert [mark.score for mark in ledger.since(0)] == [3.0]


@pytest.mark.parametrize("name", ["[red]ada[/red]", "[/]", "[bold", "[@click=app.exit]x[/]", "\\[x", "a\nb", "$x"])
def test_a_name_is_no_markup(out: Path, name: str) -> None:
    """A student's id in the frame is shown as it is: it ends nothing, colours nothing and is nothing to click on."""
    with Ledger(out, "week2") as ledger:
        piles = make_piles(ledger.reports(), QUESTIONS[:1])
        for answer in piles[0].answers:
            answer.student = name
        screen = Marking(MarkingSession(ledger, piles, "ada"), "week2 [/]", names=True)
        shown: list[tuple[str, int]] = []

        async def work() -> None:
            async with screen.run_test(size=(80, 24)) as pilot:
                await pilot.pause()
                title = screen.query_one("#answer")._border_subtitle
                assert title is not None
                shown.append((title.plain, len(title.spans)))

        asyncio.run(work())
        assert screen.failure is None
        assert shown == [(name.replace("\n", "\N{REPLACEMENT CHARACTER}"), 0)]


@pytest.mark.parametrize("width", [1, 7, 20, 80])
def test_wrapping_loses_nothing(width: int) -> None:
    """Lines fit their width, Chinese breaks between characters and never before a full stop, and every letter is there."""
    from rich.cells import cell_len

    text = "说明每个 epoch 都重新抽取顺序，因而小批量的组成也随之改变。\n\na verylongwordthatdoesnotfit  at all 🙂 end"
    lines = wrap(text, width)
    assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", text)
    if width > 2:
        assert max(map(cell_len, lines)) <= width
        assert not any(line.startswith(("，", "。")) for line in lines)
