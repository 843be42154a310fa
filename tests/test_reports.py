"""The facts of a grade as people and programs read them."""

from __future__ import annotations

import csv
import html
import io
import json
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import fields, replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from rich.cells import cell_len
from rich.console import Console

from cnngrade.errors import GraderError, OutputError
from cnngrade.records.json import from_json, to_json
from cnngrade.records.report import AnswerState, Report, Status, TestResult, Verdict, WrittenResult
from cnngrade.reports import comparison, findings, per_cent, points, report_folder, seconds, spelled_out
from cnngrade.reports.classpage import class_page, report_link
from cnngrade.reports.gradebook import gradebook_csv
from cnngrade.reports.html import student_page
from cnngrade.reports.terminal import task_table
from tests.support import factories

TITLE = "From a fully connected net to LeNet: MNIST and CIFAR-10"
ATTACK = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>$\\frac{1}{0}$"
STRANGE_IDS = [
    "=1+1",
    "../x",
    "..",
    ".",
    "a/b",
    "a%2Fb",
    "王 芳",
    "a b?c#d",
    "c\\d",
    "<b>",
    'say "hi"',
    "50%",
    "",
    " ",
    "%",
    "%20",
    "é",
    "-",
    "\x00",
    "javascript:alert(1)",
]


class _Page(HTMLParser):
    """The tags, links and texts of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.extend((name, value or "") for name, value in attrs)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def values(self, name: str) -> list[str]:
        return [value for attribute, value in self.attributes if attribute == name]


def printed(report: Report, width: int = 80, **options: object) -> str:
    file = io.StringIO()
    task_table(report, Console(file=file, width=width, **options))
    return file.getvalue()


def attacked() -> Report:
    """A report in which every text is hostile."""
    facts = factories.typical()
    tasks = [
        replace(
            task,
            id=f"{task.id}{ATTACK}",
            title=ATTACK,
            symbols=[f"models.py:{ATTACK}"],
            hint=ATTACK,
            mistake=ATTACK,
            mistakes=[ATTACK, ATTACK + "2"],
            tests=[TestResult(ATTACK, ATTACK, task.verdict, ATTACK)],
            figures=task.figures and task.figures | {"data": ATTACK, "classes": [ATTACK] * 10},
        )
        for task in facts.tasks
    ]
    written = [WrittenResult(ATTACK, None, 3.0, ATTACK, ATTACK), WrittenResult(ATTACK, 1.0, 3.0, ATTACK, ATTACK)]
    used = factories.environment(data={ATTACK: ATTACK + "2"}, device=ATTACK, isolation=ATTACK, python=ATTACK)
    return replace(
        facts,
        student=ATTACK,
        course=ATTACK,
        week=ATTACK,
        tasks=tasks,
        written=written,
        notes=[ATTACK],
        environment=used,
    )


# report.json


@pytest.mark.parametrize("made", [factories.typical, factories.starter, factories.broken_file, attacked])
def test_round_trip(made) -> None:
    """A report survives being written as JSON and read again."""
    assert from_json(to_json(made())) == made()


def test_contract() -> None:
    """report.json has the fields of the contract under exactly their names."""
    facts = json.loads(to_json(factories.typical()))
    assert facts["schema"] == 1
    assert {
        *("schema", "course", "week", "student", "status", "auto_score", "auto_max_score", "score", "max_score"),
        *("tasks", "written", "environment"),
    } <= set(facts)
    task = facts["tasks"][0]
    assert {"id", "title", "symbols", "score", "max_score", "verdict", "mistake", "hint", "tests", "figures"} <= set(
        task
    )
    assert set(task["tests"][0]) == {"id", "claim", "verdict", "message", "seconds"}
    assert {"question", "score", "max_score", "answer", "comment"} <= set(facts["written"][0])
    assert set(facts["environment"]) == {
        *("cnngrade", "python", "torch", "device", "seed", "isolation", "data", "suite_sha256", "submission_sha256"),
    }
    assert {"accuracy", "threshold"} <= set(next(task["figures"] for task in facts["tasks"] if task["figures"]))
    assert set(facts) == {field.name for field in fields(Report)}


def test_equal_reports_are_equal_texts() -> None:
    """The order in which figures and data sets were noted does not show in report.json."""
    one = factories.report([factories.task("lenet", figures={"accuracy": 0.5, "data": "mnist"})])
    other = factories.report([factories.task("lenet", figures={"data": "mnist", "accuracy": 0.5})])
    assert to_json(one) == to_json(other)


def test_diverged_loss() -> None:
    """A loss that is no finite number becomes null, and both JSON and page can still be read."""
    losses = [1.0, float("nan"), float("inf")]
    report = factories.report([factories.task("lenet-accuracy", figures={"accuracy": 0.1, "losses": losses})])
    stored = from_json(to_json(report))
    assert stored.tasks[0].figures["losses"] == [1.0, None, None]
    assert "1, not a number, not a number" in student_page(stored, TITLE)


def test_score_that_is_no_number() -> None:
    """A score that is not finite is the grader's error, never a grade."""
    with pytest.raises(GraderError, match="score is nan"):
        to_json(factories.report([factories.task("lenet", score=float("nan"))]))


@pytest.mark.parametrize("text", ["", "{}", "[]", "not JSON", '{"schema": 1}', b"\xff"])
def test_no_report(text: str | bytes) -> None:
    """What is no report gives one line that says what to do."""
    with pytest.raises(OutputError, match="Grade the submission again"):
        from_json(text)


def test_later_schema() -> None:
    """A report of a later schema is not read as if it were of this one."""
    text = to_json(factories.starter()).replace('"schema": 1', '"schema": 2')
    with pytest.raises(OutputError, match="schema 2"):
        from_json(text)


def test_added_fields() -> None:
    """A field that this version does not know is skipped."""
    text = to_json(factories.starter()).replace('"schema": 1', '"schema": 1, "added": []')
    assert from_json(text) == factories.starter()


# gradebook.csv


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_formulas(start: str) -> None:
    """A cell that a spreadsheet would run starts with an apostrophe."""
    text = gradebook_csv([factories.week(student=f"{start}1+1")], [f"{start}task"])
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[0][5] == "'" + spelled_out(f"{start}task")
    assert rows[1][0] == "'" + spelled_out(f"{start}1+1")


def test_gradebook_columns() -> None:
    """The gradebook has the contract's columns, and one per task in the order asked for."""
    text = gradebook_csv([factories.typical(), factories.week(student="a,b")], ["lenet", "vgg"])
    rows = list(csv.DictReader(io.StringIO(text)))
    assert list(rows[0]) == ["student", "week", "status", "score", "max_score", "lenet", "vgg"]
    assert list(rows[0].values()) == ["a,b", "week2", "incomplete", "86", "94", "8", "9"]
    assert list(rows[1].values()) == ["ada.lovelace", "week2", "incomplete", "43", "94", "0", "0"]


def test_unknown_is_not_zero() -> None:
    """What was not graded, what the grader failed on, and what a report lacks are empty cells, never zeros."""
    failed = factories.week(student="a", status=Status.GRADER_ERROR)
    rows = list(csv.DictReader(io.StringIO(gradebook_csv([failed], ["vgg-accuracy", "week3-task", "lenet"]))))
    assert (rows[0]["score"], rows[0]["vgg-accuracy"], rows[0]["week3-task"], rows[0]["lenet"]) == ("", "", "", "8")


# Words and numbers


def test_points() -> None:
    """Points are written without superfluous zeros."""
    assert [points(value) for value in (7.0, 2.5, 0.0, 1 / 3, 100.0)] == ["7", "2.5", "0", "0.33", "100"]


def test_per_cent_rounds_down() -> None:
    """An accuracy just below the threshold does not read as if it reached it."""
    assert [per_cent(share) for share in (0.9699, 0.97, 1.0, None)] == ["96.9 %", "97.0 %", "100.0 %", "not a number"]


def test_seconds() -> None:
    """Durations are short to read, from hundredths of a second to minutes."""
    assert [seconds(value) for value in (0.031, 3.14, 245.0)] == ["0.03 s", "3.1 s", "4 min 05 s"]


@pytest.mark.parametrize(
    ("message", "rows"),
    [
        ("expected (2, 10), got (2, 8)", [("expected", "(2, 10)"), ("got", "(2, 8)")]),
        ("shape: expected 3 but got 4", [("", "shape"), ("expected", "3"), ("got", "4")]),
        ("Expected: 1\n  got: 2", [("expected", "1"), ("got", "2")]),
        ("an unexpected end, got it", [("", "an unexpected end, got it")]),
        ("RuntimeError\n  line 2", [("", "RuntimeError"), ("", "  line 2")]),
    ],
)
def test_comparison(message: str, rows: list[tuple[str, str]]) -> None:
    """`expected` and `got` are told apart wherever a message has both, and no other text is lost."""
    assert comparison(message) == rows


def test_printable() -> None:
    """Terminal escapes, bidirectional overrides and broken characters are spelled out."""
    assert spelled_out("a\x1b[31m\r\nb\u202e\udcff\tc") == "a\\x1b[31m\nb\\u202e\ufffd\tc"


def test_one_reason() -> None:
    """Tasks that crashed for one reason are one finding; tasks that are wrong are one each."""
    assert [len(finding.tasks) for finding in findings(factories.broken_file())] == [7]
    assert all(len(finding.tasks) == 1 for finding in findings(factories.typical()))


# The terminal


@pytest.mark.parametrize("width", [80, 40, 120])
def test_width(width: int) -> None:
    """No line is wider than the terminal, whatever the titles, hints and messages."""
    wide = "卷积神经网络" * 30
    tasks = [
        factories.task("lenet", failing=True, title="long " * 60, hint="h" * 300, mistake="m" * 200),
        factories.task("vgg", True, title=wide, tests=[TestResult("x", wide, Verdict.CRASH, wide * 5 + "x" * 500)]),
        factories.task("loaders", verdict=Verdict.MISSING, score=0.0, symbols=["data.py:" + "s" * 200]),
        factories.task("small-cnn", verdict=Verdict.NOT_GRADED, hint="no GPU " * 40),
    ]
    text = printed(factories.report(tasks, notes=[wide]), width)
    assert max(map(cell_len, text.splitlines())) <= width
    for task in factories.typical, factories.starter, factories.broken_file, attacked:
        assert max(map(cell_len, printed(task(), width).splitlines())) <= width


def test_failures_are_explained() -> None:
    """Each lost task comes with its claim, expected against got, the mistake's name and the hint."""
    text = printed(factories.typical())
    assert "LeNet-5                                                 0 / 8   ✗ wrong" in text
    after = re.sub(r"\s+", " ", text[text.index("Neither loader drops samples") :])
    assert "expected 103 samples in one epoch got 96 mistake drops-last hint Count the samples" in after


def test_starter_is_polite() -> None:
    """An untouched starter gets one table and one list of what to write, and not a word of failure."""
    text = printed(factories.starter())
    assert text.count("○ missing") == 16
    assert "16 tasks are not written yet, 83 points" in text
    assert "NotImplementedError" not in text
    assert len(text.splitlines()) < 40


def test_missing_name_is_explained() -> None:
    """A name that is not there, unlike one that is only not written yet, is said to be missing where and how."""
    why = "models.py has no LeNet5; did you mean Lenet5?"
    lost = factories.task(
        "lenet", verdict=Verdict.MISSING, score=0.0, tests=[TestResult("x", "c", Verdict.MISSING, why)]
    )
    assert why in printed(factories.report([lost]))
    assert html.escape(why) in student_page(factories.report([lost]), TITLE)


def test_not_graded_says_why() -> None:
    """A task that was not graded shows no points, costs none, and says why."""
    text = printed(factories.week())
    assert re.search(r"VGG learns.* – +– not graded\s+needs a CUDA device; this machine has none", text)
    assert text.rstrip().endswith("83 of 83 points")


def test_terminal_escapes() -> None:
    """A message cannot move the cursor, set colours, or use rich's markup."""
    hostile = TestResult("x", "[red]claim[/red]", Verdict.WRONG, "\x1b[2J\x1b]0;owned\x07[bold]text[/bold]")
    text = printed(factories.report([factories.task("lenet", verdict=Verdict.WRONG, score=0.0, tests=[hostile])]))
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "[red]claim[/red]" in text
    assert "[bold]text[/bold]" in text


def test_ascii_terminal() -> None:
    """A terminal that knows only ASCII can print the table."""
    file = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    task_table(factories.week(), Console(file=file, width=80))
    file.flush()
    assert b"LeNet-5" in file.buffer.getvalue()


# The student's page


def test_nothing_survives_unescaped() -> None:
    """No text of a report becomes markup of either page: not in tags, not in attributes, not in figures."""
    harmless = factories.typical()
    for made in (lambda one: student_page(one, TITLE), lambda one: class_page(one.course, one.week, TITLE, [one])):
        hostile, plain = made(attacked()), made(harmless)
        assert html.escape("<script>alert(1)</script>") in hostile
        assert "<img src=x" not in hostile
        assert hostile.count("<script") == plain.count("<script")
        assert not [name for name, _ in _Page(hostile).attributes if name.startswith("on")]
        assert "$\\frac{1}{0}$" in hostile


def test_misleading_characters() -> None:
    """A page spells out what would turn the reading direction, and can be written as UTF-8 whatever a student wrote."""
    report = factories.week(student="ada\u202egpj", notes=["\udcff"])
    for text in (student_page(report, TITLE), class_page("C", "week2", TITLE, [report])):
        assert "ada\\u202egpj" in text
        assert "\u202e" not in text
        text.encode()


def test_self_contained() -> None:
    """Both pages load nothing from anywhere, and their content security policy forbids it."""
    for text in (student_page(factories.typical(), TITLE), class_page("C", "week2", TITLE, factories.cohort(3))):
        page = _Page(text)
        assert "default-src 'none'" in next(value for value in page.values("content") if "src" in value)
        assert "unsafe-eval" not in text
        assert all(source.startswith("data:image/png;base64,") for source in page.values("src"))
        assert not {"link", "iframe", "object", "form", "base"} & set(page.tags)
        assert not re.search(r"url\((?!#)", text)


def test_accuracy_figures() -> None:
    """An accuracy task shows its training curve, its confusion matrix and misclassified images, grey and in colour."""
    text = student_page(factories.typical(), TITLE)
    for figure in ("curve", "confusion", "misclassified"):
        assert text.count(f'<figure class="{figure}"') == 2
    assert 'alt="taken for 7, is 4"' in text
    assert 'alt="taken for cat, is airplane"' in text
    assert "94.1 %" in text


def test_experiment_figures() -> None:
    """An experiment shows a bar for each of its trainings, and says by how much the second net is ahead of the first."""
    text = student_page(factories.week(), TITLE)
    assert text.count('<figure class="comparison"') == 1
    assert "SmallCNN is 6.1 points ahead of FullyConnected with the pixels as they are" in text
    assert "and 2.0 points behind it once they are permuted" in text
    assert 'aria-label="Accuracy of each net: FullyConnected 90.1%, FullyConnected on permuted pixels 89.5%' in text


def test_experiment_that_was_cut_short() -> None:
    """An experiment of which some trainings are missing shows the others, and compares nothing."""
    task = factories.task("permutation-experiment", figures=factories.experiment_figures(0.91, 0.35, 0.95))
    text = student_page(factories.report([task]), TITLE)
    assert 'FullyConnected on permuted pixels 35.0%, SmallCNN 95.0%"' in text
    assert "ahead of" not in text


def test_figures_escape() -> None:
    """The names of classes are text in a figure: neither markup nor a formula."""
    names = ["$x^2$", "<b>&", *"23456789"]
    figures = factories.digit_figures() | {"classes": names}
    text = student_page(factories.report([factories.task("lenet-accuracy", figures=figures)]), TITLE)
    for name in names[:2]:
        assert f">{html.escape(name)}</text>" in text


@pytest.mark.parametrize("kept", [{"accuracy"}, {"accuracy", "losses"}, {"misclassified"}, {"confusion", "accuracy"}])
def test_some_figures(kept: set[str]) -> None:
    """Figures of which only some are known give a page that shows those."""
    figures = {name: value for name, value in factories.digit_figures().items() if name in kept}
    text = student_page(factories.report([factories.task("lenet-accuracy", figures=figures)]), TITLE)
    assert ("98.3 %" in text) is ("accuracy" in kept)
    for name, figure in (("losses", "curve"), ("misclassified", "misclassified"), ("confusion", "confusion")):
        assert (f'<figure class="{figure}"' in text) is (name in kept)


def test_not_graded_is_not_lost() -> None:
    """A task that was not graded is told apart from one that lost its points, and says why."""
    text = student_page(factories.report(factories.week().tasks), TITLE)
    assert '<li class="not_graded">' in text
    assert "needs a CUDA device; this machine has none" in text
    assert "at no cost" in text
    assert "What to look at" not in text
    assert 'class="open"' not in text


def test_names_in_hints_are_set_as_code() -> None:
    """What stands between backticks in a hint is code, on a student's page and on the class's; markup in it stays text."""
    task = factories.task("lenet", failing=True, mistake="eps", hint="`eps <b>` is in the formula; ` alone is itself.")
    report = replace(factories.week(), tasks=[task])
    for page in (student_page(report, TITLE), class_page("C", "week2", TITLE, [report])):
        assert "<code>eps &lt;b&gt;</code> is in the formula; ` alone is itself." in page


def test_hint_and_mistake() -> None:
    """The page sets a hint apart, names the mistake, and puts expected against got."""
    text = student_page(factories.typical(), TITLE)
    assert '<p class="hint"><b>Hint</b><span>Count the samples' in text
    assert "<code>drops-last</code>" in text
    assert '<div class="expected"><b>expected</b><span>103 samples in one epoch</span></div>' in text
    assert '<div class="got"><b>got</b><span>96</span></div>' in text


def test_marks_show_what_they_were_given_for() -> None:
    """A mark names the items that it grants; an answer too short to be one says so; each is linked from the points."""
    answers = [
        WrittenResult("shuffle", 2.0, 3.0, "In a new order each epoch.", "Why?", items=["new-order", "test-order"]),
        WrittenResult("transforms", None, 3.0, "TODO", state=AnswerState.SHORT),
    ]
    text = student_page(factories.report([factories.task("lenet")], answers), TITLE)
    assert re.findall(r'<span class="badge pass">✓ (.*?)</span>', text) == ["new-order", "test-order"]
    assert "Too short to be an answer." in text
    assert re.findall(r'href="(#question-\d)">Written: (\S+)</a>', text) == [
        ("#question-1", "shuffle"),
        ("#question-2", "transforms"),
    ]
    assert all(f'id="question-{number}"' in text for number in (1, 2))


def test_the_class_sees_how_each_question_went() -> None:
    """The class page tells per question how many are marked, their mean, and how many answers are missing or wait."""
    answers = [(3.0, "One."), (1.0, "Two."), (None, "Three."), (None, "")]
    reports = [
        factories.report([factories.task("lenet")], [WrittenResult("shuffle", score, 3.0, text)], student=f"s{number}")
        for number, (score, text) in enumerate(answers)
    ]
    text = class_page("Course", "week2", TITLE, reports)
    row = text.split('<th scope="row">shuffle</th>')[1].split("</tr>")[0]
    assert re.findall(r'<td class="right number">(.*?)</td>', row) == ["3", "2 / 4", "2", "1", "1", "2"]


def test_written_answers() -> None:
    """A written answer waits for its mark, or shows it with the comment."""
    text = student_page(factories.week(), TITLE)
    assert text.count("waits for a mark") == 2
    assert "Right. How many iterations make an epoch?" in text
    assert "7 wait for a mark" in text


def test_grader_error_is_not_the_students() -> None:
    """Where the grader failed, the page says so and shows no score."""
    text = student_page(factories.week(status=Status.GRADER_ERROR), TITLE)
    assert "The grader failed, not you." in text
    assert '<text class="big" x="50" y="54">?</text>' in text


def test_stand_in_data() -> None:
    """A report says which data took the place of those asked for."""
    report = factories.week(environment=factories.environment(data={"mnist": "digits"}))
    assert "no mnist, so digits took its place" in student_page(report, TITLE)
    assert "digits stood in for mnist" in printed(report)


def test_long_message() -> None:
    """A message of a megabyte neither fills the page nor the terminal."""
    long = TestResult("x", "claim", Verdict.CRASH, "spam and eggs\n" * 70_000)
    report = factories.report([factories.task("lenet", verdict=Verdict.CRASH, score=0.0, tests=[long])])
    assert "more characters; report.json has them" in student_page(report, TITLE)
    assert len(student_page(report, TITLE)) < 80_000
    assert len(printed(report).splitlines()) < 40


def test_light_imports() -> None:
    """A report without figures is rendered in milliseconds, without matplotlib."""
    code = (
        "import sys, time\n"
        "from tests.support import factories\n"
        "from cnngrade.reports.html import student_page\n"
        "student_page(factories.starter(), 'w')\n"
        "start = time.perf_counter()\n"
        "for _ in range(10): student_page(factories.starter(), 'w')\n"
        "print('matplotlib' in sys.modules, time.perf_counter() - start)\n"
    )
    path = os.pathsep.join([str(Path(__file__).parents[1]), *sys.path])
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ | {"PYTHONPATH": path}
    ).stdout.split()
    assert answer[0] == "False"
    assert float(answer[1]) / 10 < 0.05


def test_same_page_twice() -> None:
    """The same report gives the same page, figures included."""
    assert student_page(factories.typical(), TITLE) == student_page(factories.typical(), TITLE)


# The class's page


def test_strange_ids() -> None:
    """Each student has a link of one folder below reports/, that leads to that student's folder and to no other's."""
    folders = [report_folder(student) for student in STRANGE_IDS]
    assert len(set(folders)) == len(STRANGE_IDS)
    for student, folder in zip(STRANGE_IDS, folders, strict=True):
        reached = urlsplit(urljoin("file:///OUT/index.html", report_link(student)))
        assert reached.path.split("/")[:3] == ["", "OUT", "reports"]
        assert unquote(reached.path) == f"/OUT/reports/{folder}/report.html"
        assert not reached.query + reached.fragment
        assert not {"/", "\\"} & set(folder)
        assert folder not in {"", ".", ".."}
    assert report_folder("王 芳") == "王 芳"


def test_links_of_the_page(tmp_path: Path) -> None:
    """The links of the class page open the reports, however the students are called."""
    for student in STRANGE_IDS:
        folder = tmp_path / "reports" / report_folder(student)
        folder.mkdir(parents=True)
        (folder / "report.html").write_text(student)
    text = class_page("C", "week2", TITLE, [factories.week(student=student) for student in STRANGE_IDS])
    links = [link for link in _Page(text).values("href") if link.startswith("reports/")]
    assert sorted((tmp_path / unquote(link)).read_text() for link in links) == sorted(STRANGE_IDS)


@pytest.mark.parametrize("size", [0, 1, 500])
def test_class_sizes(size: int) -> None:
    """The page of a class lists every student, from none to 500, within seconds."""
    reports = factories.cohort(size)
    start = time.perf_counter()
    text = class_page("Convolutional networks", "week2", TITLE, reports)
    assert time.perf_counter() - start < 10
    assert text.count('<th scope="row"><a href="reports/') == size


def test_common_mistakes() -> None:
    """Mistakes are counted over the class, the most common first."""
    reports = [factories.week({"lenet", "loaders"} if n else {"lenet"}, student=str(n)) for n in range(3)]
    text = class_page("C", "week2", TITLE, reports)
    found = re.findall(r"<code>([\w-]+)</code>.*?>(\d) students<", text)
    assert found == [("max-pool-for-avg-pool", "3"), ("drops-last", "2")]


def test_grader_errors_stand_out() -> None:
    """A report that the grader failed on is announced, and its score counts in no mean."""
    failed = factories.week(student="unlucky", status=Status.GRADER_ERROR)
    text = class_page("C", "week2", TITLE, [replace(failed, auto_score=0.0), factories.week(student="lucky")])
    assert "The grader failed on 1 of 2." in text
    assert '<b>100.0 %</b><span class="muted small">mean' in text
    assert "not known" in text


# In a browser


def dump(page: Path, tmp_path: Path, anchor: str = "") -> str:
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("no Chromium on this machine")
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom"]
    return subprocess.run(
        [browser, *options, page.as_uri() + anchor], capture_output=True, text=True, check=True, timeout=60
    ).stdout


def test_sorting_in_a_browser(tmp_path: Path) -> None:
    """The script of the class page runs under the page's own policy, shows the filters, and sorts by score."""
    page = tmp_path / "index.html"
    page.write_text(class_page("C", "week2", TITLE, factories.cohort(30)), encoding="utf-8")
    text = dump(page, tmp_path, "#sort=score")
    scores = [float(key) for key in re.findall(r'<td class="right number" data-key="([-.\d]+)"', text)]
    assert len(scores) == 30
    assert scores == sorted(scores)
    assert 'aria-sort="ascending"' in text
    assert "30 of 30 shown" in text


def test_no_strange_script_runs(tmp_path: Path) -> None:
    """A browser that opens the pages of a hostile report runs nothing of it."""
    for name, text in (
        ("report.html", student_page(attacked(), TITLE)),
        ("index.html", class_page("C", "week2", TITLE, [attacked()])),
    ):
        # A script that did get in would be stopped by the policy: the title stays.
        page = tmp_path / name
        page.write_text(text.replace("</main>", "<script>document.title = 'owned'</script></main>"), encoding="utf-8")
        assert "<title>owned</title>" not in dump(page, tmp_path)
