"""A week as a notebook: written by `start --notebook`, read as a submission."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from cnngrade.cli.main import run
from cnngrade.course import find_course, read_answers
from cnngrade.course.mistakes import apply, read_mistakes
from cnngrade.course.questions import SHEET
from cnngrade.errors import SkippedError
from cnngrade.notebooks.cells import cells_of, joined
from cnngrade.notebooks.reading import read_notebook, without_magics
from cnngrade.notebooks.writing import week_notebook
from cnngrade.submissions import Submission, read_submission
from tests.support.courses import write_course
from tests.support.week2_course import REPOSITORY, environment, reference, small_course
from tests.support.week2_course import run as run_alone

COURSE = find_course(REPOSITORY)
WEEKS = COURSE.weeks
FILES = ("models.py", "training.py")
Notebook = dict[str, Any]


def texts(folder: Path, names: tuple[str, ...]) -> dict[str, str]:
    return {name: (folder / name).read_bytes().decode("utf-8") for name in names}


def cell(source: str, *tags: str, kind: str = "code", **more: object) -> Notebook:
    outputs = {"outputs": [], "execution_count": None} if kind == "code" else {}
    return {"cell_type": kind, "metadata": {"tags": [*tags]}, "source": source, **outputs, **more}


def written(*cells: Notebook, **more: object) -> bytes:
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells, **more}).encode()


def began_with(*tags: str) -> dict[str, object]:
    return {"metadata": {"cnngrade": {"week": "week2", "cells": tags}}}


def read(content: bytes) -> tuple[dict[str, str], list[str]]:
    found, notes = read_notebook(content, "week2", FILES)
    return {name: text.decode() for name, text in found.items()}, notes


HEAD, NET, FORWARD = "import torch", "class Net:\n    def f(self):\n        return 1", "def forward(x):\n    return x"
MODULE = f"{HEAD}\n\n\n{NET}\n\n\n{FORWARD}\n"
CELLS = cell(HEAD, "models.py"), cell(NET, "models.py:Net"), cell(FORWARD, "models.py:forward")
TAGS = began_with("models.py", "models.py:Net", "models.py:forward")


# --- there and back -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["solutions", "starter"])
@pytest.mark.parametrize("name", WEEKS)
def test_modules_to_notebook_and_back_lose_nothing(name: str, kind: str) -> None:
    """Every week's reference and starter come back from their notebook byte for byte, and no remark is made."""
    week = COURSE.week(name)
    modules = texts(REPOSITORY / kind / name, week.files)
    found, notes = read_notebook(week_notebook(week, modules).encode(), name, week.files)
    assert {file: found[file] for file in week.files} == {file: text.encode() for file, text in modules.items()}
    assert notes == []


@pytest.mark.parametrize("name", WEEKS)
def test_each_region_of_the_starter_is_a_cell(name: str) -> None:
    """Each symbol that a task judges has a cell of its own, and the notebook is what nbformat calls valid."""
    week = COURSE.week(name)
    text = week_notebook(week, texts(week.starter, week.files), "zh")
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    tags = [tag for each in notebook.cells for tag in each.metadata.get("tags", [])]
    assert len(tags) == len(set(tags))
    symbols = {symbol for task in week.tasks for symbol in task.symbols}
    assert symbols | {f"answer:{question.id}" for question in week.questions} <= set(tags)
    handout = "".join(each.source for each in notebook.cells if each.id.startswith("handout"))
    original = (week.folder / "handout.zh.md").read_text("utf-8")
    assert handout.replace("\n", "") == original.replace("\n", "")


ODD = {
    "empty lines": "import a\n\n\n\n\ndef f(): ...\n\n\n\n\n\nx = 1\n\n\n\ndef g(): ...\n\n\n",
    "one blank line": "def f(): ...\n\ndef g(): ...\ndef h(): ...\n",
    "decorated": "import a\n\n\n# above\n@a.b\n@a.c(\n    1\n)\ndef f(): ...\n\n\n@a\nclass B: ...\n",
    "constants between": '"""Doc."""\n\n\nA = 1\n\n\ndef f(): ...\n\n\nB = 2\n\n\n# of g\nC = 3\n\n\ndef g(): ...\n\n\nD = 4\n',
    "gap in a text": 'def f():\n    return """\n\n\ndef g(): ...\n\n\n"""\n\n\ndef h(): ...\n',
    "twice": "def f(): ...\n\n\nx = f()\n\n\ndef f(): ...\n",
    "not python": "def f(:\n\n\ndef g(): ...\n",
    "windows": "import a\r\n\r\n\r\ndef f(): ...\r\n",
    "form feed, marks and hanzi": "\ufeffimport a\n\f\n\n\ndef f():\n    '卷积 \u2028 \x0b'\n\n\ndef g(): ...\n",
    "definition first": "def f(): ...\n",
    "percent at the margin": "import a\n\n\ndef f():\n    x = (1\n% 2)\n    '''\n!ls\n%time\n'''\n    return x \\\n% 3\n",
}


@pytest.mark.parametrize("case", ODD)
def test_odd_modules_lose_nothing_either(case: str) -> None:
    """Whatever a module looks like, its cells are the module again, in the notebook's file too."""
    text = ODD[case]
    cells = cells_of("models.py", text)
    assert joined(each.source for each in cells) == text
    modules = {"models.py": text, "training.py": "x = 1\n"}
    week = COURSE.week("week2")
    found, _ = read_notebook(week_notebook(week, modules).encode(), "week2", FILES)
    assert found["models.py"] == text.encode()


def test_a_missing_last_line_break_is_added() -> None:
    """What an editor would have added at the end of a file is all that changes."""
    assert joined(each.source for each in cells_of("a.py", "x = 1")) == "x = 1\n"


@pytest.mark.slow
def test_a_notebook_earns_the_points_of_its_modules(tmp_path: Path) -> None:
    """In one class, right and wrong modules and the notebooks made of them get the same verdicts, test by test."""
    course = small_course(tmp_path / "course", "fully-connected", "train-epoch", "evaluate", "count-parameters")
    wrong = (REPOSITORY / "solutions/week2/training.py").read_text().replace("zero_grad()", "zero_grad")
    submissions = tmp_path / "submissions"
    reference(submissions / "right")
    reference(submissions / "wrong", training=wrong)
    found = graded_both_ways(course, "week2", submissions)
    assert found["right-notebook"] == found["right"]
    assert found["wrong-notebook"] == found["wrong"] != found["right"]
    assert all(score for _, score, _ in found["right"])


@pytest.mark.long
@pytest.mark.parametrize("name", WEEKS)
def test_a_notebook_of_any_week_earns_the_points_of_its_modules(name: str, tmp_path: Path) -> None:
    """So it is in every week, without training: the reference, and it with a mistake in each task."""
    week = COURSE.week(name)
    assert week.solution
    ours = {file: (week.solution / file).read_bytes() for file in week.files}
    quick = [task.id for task in week.tasks if not task.data]
    mistakes = {mistake.task: mistake for mistake in read_mistakes(week.mistakes)[0]}
    variants = {"right": ours} | {task: apply(mistakes[task], ours) for task in quick if task in mistakes}
    for student, files in variants.items():
        (tmp_path / "submissions" / student).mkdir(parents=True)
        for file, content in files.items():
            (tmp_path / "submissions" / student / file).write_bytes(content)
    found = graded_both_ways(REPOSITORY, name, tmp_path / "submissions", *quick)
    for student in variants:
        assert found[f"{student}-notebook"] == found[student]
    assert len({repr(found[student]) for student in variants}) > len(variants) // 2


def graded_both_ways(
    course: Path, name: str, submissions: Path, *tasks: str
) -> dict[str, list[tuple[str, float, list[str]]]]:
    """By student, each task's id, score and verdicts: of all submissions, and of notebooks made of them."""
    week = find_course(course).week(name)
    for folder in sorted(submissions.iterdir()):
        text = week_notebook(week, texts(folder, week.files))
        (submissions / f"{folder.name}-notebook.ipynb").write_text(text, "utf-8")
    out = submissions.parent / "out"
    command = ["grade", name, submissions, "--out", out, "--course", course, "--workers", "1", "--device", "cpu"]
    command += [part for task in tasks for part in ("--task", task)]
    done = subprocess.run(
        [sys.executable, "-m", "cnngrade", *map(str, command)],
        env=environment(submissions.parent), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    reports = {path.parent.name: json.loads(path.read_text()) for path in out.glob("reports/*/report.json")}
    return {
        student: [
            (task["id"], task["score"], [test["verdict"] for test in task["tests"]])
            for task in report["tasks"]
            if not tasks or task["id"] in tasks
        ]
        for student, report in reports.items()
    }


def test_the_starter_notebook_runs_from_top_to_bottom(tmp_path: Path) -> None:
    """A cell that imports from another file of the week finds what that file's cells have defined."""
    week = COURSE.week("week2")
    notebook = nbformat.reads(week_notebook(week, texts(week.starter, week.files)), as_version=4)
    script = tmp_path / "all.py"
    script.write_text("\n".join(each.source for each in notebook.cells if each.cell_type == "code"), "utf-8")
    done = subprocess.run([sys.executable, script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


# --- what editors and students do to cells ------------------------------------------------------------------------------


def test_stray_cells_and_outputs_do_no_harm() -> None:
    """Only tagged code cells are read: no experiment, no output, no prose, and no code in a cell of prose."""
    stray = (
        cell("raise SystemExit\n!rm -rf x"),
        cell("# models.py:Net", kind="markdown"),
        cell("x", "models.py", kind="raw"),
    )
    output = {"output_type": "stream", "name": "stdout", "text": "class Net: ..."}
    cells = [
        stray[0],
        CELLS[0],
        stray[1],
        {**CELLS[1], "outputs": [output]},
        cell("Net()", "my-tag"),
        CELLS[2],
        stray[2],
    ]
    assert read(written(*cells, **TAGS)) == ({"models.py": MODULE}, [])


def test_lines_of_a_source_are_read_as_one() -> None:
    """Jupyter stores a source as a list of its lines."""
    cells = [{**each, "source": each["source"].splitlines(keepends=True)} for each in CELLS]
    assert read(written(*cells)) == ({"models.py": MODULE}, [])


def test_cells_in_another_order_are_told() -> None:
    """Cells are read from top to bottom, as they run, but imports come first; the report says so."""
    found, notes = read(written(CELLS[2], CELLS[1], CELLS[0], **TAGS))
    assert found["models.py"] == f"{HEAD}\n\n\n{FORWARD}\n\n\n{NET}\n"
    assert notes == [
        "the cell 'models.py:Net' is not where it was; cells are read from top to bottom, the imports first"
    ]


def test_of_a_duplicated_cell_the_last_counts() -> None:
    """Both are read one behind the other, which is what running them would do; the report says so."""
    found, notes = read(written(*CELLS, cell("class Net: ...", "models.py:Net"), **TAGS))
    assert found["models.py"] == f"{MODULE}\n\nclass Net: ...\n"
    assert len(notes) == 2
    assert notes[0].startswith("'models.py:Net' is in 2 cells; they were read one behind the other")


def test_a_split_cell_is_joined() -> None:
    """Two halves with one tag become one piece again, also where the cut goes through a method."""
    first, second = NET.split("\n        ", 1)
    cells = [CELLS[0], cell(first, "models.py:Net"), cell(f"        {second}", "models.py:Net"), CELLS[2]]
    found, notes = read(written(*cells, **TAGS))
    assert found["models.py"] == MODULE
    assert len(notes) == 1


def test_a_half_without_its_tag_is_told() -> None:
    """The second half of a cell that lost its tag is not guessed to belong there: the report asks to join them."""
    first, second = NET.split("\n        ", 1)
    _, notes = read(written(CELLS[0], cell(first, "models.py:Net"), cell(f"        {second}"), CELLS[2]))
    assert notes == [
        "the cell behind 'models.py:Net' begins with an indented line and has no tag, so it was not read: if it is the "
        "second half of that cell, join them"
    ]


@pytest.mark.parametrize("where", ["id", "Colab's id", "name"])
def test_lost_tags_are_found_again(where: str) -> None:
    """A cell without tags is known by its id, in either place, or by the function or class that it defines."""
    ids = ("models-py", "models-py-Net", "models-py-forward")
    experiment = cell("def forward(): 'not this one'", id="other") if where != "name" else cell("x = 1")
    without: list[Notebook] = []
    for each, name in zip(CELLS, ids, strict=True):
        kept = {"id": {}, "Colab's id": {"id": name}, "name": {"tags": ["models.py"]} if each is CELLS[0] else {}}[
            where
        ]
        without.append({**each, "metadata": kept} | ({"id": name} if where == "id" else {}))
    found, notes = read(written(experiment, *without, **TAGS))
    assert found == {"models.py": MODULE}
    assert len(notes) == 1
    assert "'models.py:Net', 'models.py:forward': the tag was lost, and the cell was found by its id" in notes[0]


def test_a_cell_that_is_gone_is_named() -> None:
    """What was there at the start and is nowhere now is told, and the rest is read."""
    found, notes = read(written(CELLS[0], CELLS[1], **TAGS))
    assert found == {"models.py": f"{HEAD}\n\n\n{NET}\n"}
    assert notes == ["the notebook has no cell 'models.py:forward' any more"]


MAGICS = {
    "%matplotlib inline\nx = 1": "pass  # %matplotlib inline\nx = 1",
    "if x:\n    !pip install y 'z\ny = 2": "if x:\n    pass  # !pip install y 'z\ny = 2",
    "files = !ls (\nhelp?\nx.y??": "pass  # files = !ls (\npass  # help?\npass  # x.y??",
    "%%time\nx = 1 % 2": "# %%time\nx = 1 % 2",
    "%%writefile models.py\nx = 1": "# %%writefile models.py\nx = 1",
    "%%bash\nrm -rf x": "# %%bash\n# rm -rf x",
    "x = '%s' \\\n  % 1\n%ls": "x = '%s' \\\n  % 1\npass  # %ls",
    'x = """\n!ls\n""" + f(\n  "a"\n  % b, "it\'s (")\n!a': 'x = """\n!ls\n""" + f(\n  "a"\n  % b, "it\'s (")\npass  # !a',
    "x = [1, # (\n  2\n]\n%time y = 1": "x = [1, # (\n  2\n]\npass  # %time y = 1",
    "if x != y: z %= 2": "if x != y: z %= 2",
}


@pytest.mark.parametrize("text", MAGICS)
def test_magics_and_shell_lines_become_nothing(text: str) -> None:
    """What only IPython understands is taken out where a statement begins, and nowhere else; lines keep their numbers."""
    assert without_magics(text) == MAGICS[text]
    assert MAGICS[text].count("\n") == text.count("\n")
    compile(MAGICS[text], "cell", "exec")


def test_answers_are_read_from_their_cells() -> None:
    """Answers stand under their question, split ones together, and the sheet made of them is read like a student's own."""
    week = COURSE.week("week2")
    first, second = (question.id for question in week.questions[:2])
    content = written(
        *CELLS, cell("每个 epoch\n\n- one", f"answer:{first}", kind="markdown"), cell("two", f"answer:{first}", kind="raw"),
        cell("three", f"answer:{second}", kind="markdown"),
    )  # fmt: skip
    sheet = read_notebook(content, "week2", FILES)[0][SHEET]
    found = read_answers(sheet, week.questions).texts
    assert {question: text for question, text in found.items() if text} == {
        first: "每个 epoch\n\n- one\n\ntwo",
        second: "three",
    }


def test_an_untouched_answer_is_empty() -> None:
    """The place that a new notebook has for an answer is none."""
    week = COURSE.week("week2")
    found, _ = read_notebook(week_notebook(week, texts(week.starter, week.files)).encode(), "week2", week.files)
    answered = read_answers(found[SHEET], week.questions)
    assert (set(answered.texts.values()), answered.notes) == ({""}, [])


# --- what cannot be read --------------------------------------------------------------------------------------------------

BAD: dict[str, tuple[bytes, str]] = {
    "text": (b"hello", r"is no notebook: it is not JSON \("),
    "nothing": (b"", r"is no notebook: it is not JSON \("),
    "utf-16": ("{}".encode("utf-16"), r"is no notebook: it is not JSON \("),
    "deep": (b'{"nbformat": 4, "x": ' + b"[" * 10**6, r"is no notebook: it is not JSON \(maximum recursion"),
    "half a character": (written(cell("\ud800", "models.py")), r"is not JSON \(JSON is malformed: .*escape.* \(byte"),
    "a list": (b"[1, 2]", r"is no notebook \(Expected `object`, got `array`\): save it with Jupyter again"),
    "format 3": (b'{"nbformat": 3, "worksheets": []}', r"has the old format 3 of notebooks; 4 is read: save it with"),
    "format 5": (b'{"nbformat": 5}', r"has the newer format 5 of notebooks; 4 is read"),
    "no tags": (written(cell("x = 1")), r"has no cell with a tag of week2 \(such as 'models.py'\): begin with `cnngrade st"),
    "week 1's": (written(*CELLS, metadata={"cnngrade": {"week": "week1"}}), r"is the notebook of week1, not of week2"),
    "tags of numbers": (written({"cell_type": "code", "metadata": {"tags": [1]}}), r"is no notebook \(Expected `str`, got"),
    "escapes": (written(metadata={"cnngrade": {"week": "\u202e\x1b[2J"}}), "is the notebook of \N{REPLACEMENT CHARACTER}{2}"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_notebook_that_cannot_be_read_is_one_line(case: str, tmp_path: Path) -> None:
    """What is no notebook of this week is told in one line, and nothing is read."""
    content, line = BAD[case]
    with pytest.raises(SkippedError, match=line):
        read_notebook(content, "week2", FILES)
    (tmp_path / "ada.ipynb").write_bytes(content)
    submission = read_submission(tmp_path / "ada.ipynb", "week2", FILES)
    assert (submission.student, submission.files) == ("ada", {})
    assert (submission.problem or "").startswith("The submission's notebook ada.ipynb ")
    assert (submission.problem or "").isprintable()


def test_hundred_thousand_cells_are_read() -> None:
    """The time is in proportion to the file: 10^5 stray cells and as many of one tag end in time, and in one remark."""
    content = written(*CELLS, *[cell("def f(): ...")] * 10**5, **began_with("models.py", "training.py:train"))
    found, notes = read(content)
    assert (found["models.py"], len(notes)) == (MODULE, 1)
    content = written(*[cell("x = (", "models.py")] * 10**5, **began_with(*[f"models.py:f{n}" for n in range(10**5)]))
    assert len(read(content)[1]) == 2
    half = 5 * 10**4
    named = [cell(f"def f{n}(): ...") if n < half else cell("", id=f"models-py-f{n}") for n in range(2 * half)]
    content = written(*named, **began_with(*[f"models.py:f{n}" for n in range(2 * half)]))
    found, notes = read(content)
    assert found["models.py"].count("def") == half
    assert len(notes) == 1


EMPTY = b'{"cell_type":"code"},'
OPENING = b'{"nbformat":4,"metadata":{},"cells":['
CROWDED = {
    "objects": (OPENING + EMPTY * 1_700_000 + EMPTY[:-1] + b"]}", "more than 1,000,000 objects"),
    "cells": (OPENING + EMPTY * 900_000 + EMPTY[:-1] + b"]}", "more than 150,000 cells"),
    "lines": (
        OPENING + b'{"cell_type":"code","source":[' + b'"a",' * 8_000_000 + b'"b"]}]}',
        "more than 8 MB in its cells",
    ),
    "tags": (
        OPENING + b'{"cell_type":"code","metadata":{"tags":[' + b'"a",' * 8_000_000 + b'"b"]}}]}',
        "more than 8 MB",
    ),
}


@pytest.mark.parametrize("kind", CROWDED)
def test_a_crowded_notebook_is_refused_before_it_is_built(kind: str) -> None:
    """Millions of cells, lines or tags would take many times the memory of the file: little more than it is taken."""
    content, line = CROWDED[kind]
    tracemalloc.start()
    with pytest.raises(SkippedError, match=line):
        read_notebook(content, "week2", FILES)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 * len(content)


def test_a_cell_that_was_split_a_hundred_thousand_times_is_read() -> None:
    """Pieces of one cell are put together in a time that grows as they do."""
    pieces = [cell(f"    x = {n}", "models.py:f") for n in range(10**5)]
    found, _ = read(written(cell("def f():", "models.py:f"), *pieces, **TAGS))
    assert found["models.py"].count("\n") == 10**5 + 1


def test_outputs_of_100_mb_are_passed_over(tmp_path: Path) -> None:
    """They are never built in memory: what reading takes is the file itself and little more."""
    output = (
        b'{"output_type": "display_data", "metadata": {}, "data": {"image/png": "' + b"iVBORw0K" * 13 * 2**20 + b'"}}'
    )
    content = written(*CELLS, **TAGS).replace(b'"outputs": []', b'"outputs": [' + output + b"]", 1)
    assert len(content) > 100 * 2**20
    path = tmp_path / "ada" / "week2.ipynb"
    path.parent.mkdir()
    path.write_bytes(content)
    del content
    tracemalloc.start()
    submission = read_submission(tmp_path / "ada", "week2", FILES)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert submission.files == {"models.py": MODULE.encode()}
    assert peak < 2.5 * path.stat().st_size


def test_larger_notebooks_are_not_read(tmp_path: Path) -> None:
    """Beyond 128 MB a notebook is told in one line, also where a zip makes it small."""
    with zipfile.ZipFile(tmp_path / "bob.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("week2.ipynb", b" " * (129 * 2**20))
    submission = read_submission(tmp_path / "bob.zip", "week2", FILES)
    assert submission.problem == "The submission's notebook week2.ipynb is too large and was not read"


def test_cells_beyond_a_module_s_size_are_not_read() -> None:
    """A module has the same limit in a notebook as in a file."""
    found, notes = read(written(cell("#" * (2 * 2**20 + 1), "models.py"), cell("x = 1", "training.py")))
    assert found == {"training.py": "x = 1\n"}
    assert notes == ["the cells of models.py are larger than 2 MB and were not read"]


@pytest.mark.parametrize(
    "hostile", [" \t" * 10**6 + "!", "x=" * 10**6, "'" * 10**6 + "\n%x", "\\" * 10**6, "a?" * 10**6]
)
def test_a_hostile_line_takes_no_longer_than_its_length(hostile: str) -> None:
    """No line makes the search for magics slower than linear: a second for 2 MB would be a day for its square."""
    assert without_magics(f"%a\n{hostile}\n")


# --- where a notebook lies -----------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "ada").mkdir()
    return tmp_path / "ada"


def submitted(folder: Path) -> Submission:
    return read_submission(folder, "week2", FILES)


PLACES: dict[str, Callable[[Path, Path], Path]] = {
    "a file": lambda notebook, _: notebook,
    "a folder": lambda notebook, folder: folder,
    "in weekN": lambda notebook, folder: notebook.rename(_made(folder / "week2") / "homework.ipynb") and folder,
    "a zip": lambda _, folder: Path(shutil.make_archive(str(folder.parent / "zipped"), "zip", folder)),
}


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


@pytest.mark.parametrize("place", PLACES)
def test_a_notebook_is_a_submission_wherever_modules_are(place: str, folder: Path) -> None:
    """As a file of its own, in a folder, in weekN/ and in an archive."""
    notebook = folder / "week2.ipynb"
    notebook.write_bytes(written(*CELLS))
    assert submitted(PLACES[place](notebook, folder)).files == {"models.py": MODULE.encode()}


def test_a_file_counts_before_the_notebook(folder: Path) -> None:
    """Where a module is there as a file too, the file is read, the other modules come from the notebook, and it is told."""
    (folder / "week2.ipynb").write_bytes(written(*CELLS, cell("x = 1", "training.py")))
    (folder / "models.py").write_text("mine")
    submission = submitted(folder)
    assert submission.files == {"models.py": b"mine", "training.py": b"x = 1\n"}
    assert submission.notes == ["models.py is there as a file of its own, which counts, and not the notebook's cells"]


@pytest.mark.parametrize("modules", [("models.py",), FILES])
def test_answers_may_be_in_the_notebook_the_modules_beside_it(folder: Path, modules: tuple[str, ...]) -> None:
    """Answers on a sheet and in cells are all read, a copy once; a notebook beside all modules is read for them alone."""
    asked = COURSE.week("week2").questions
    first, second, third = (question.id for question in asked[:3])
    cells = [cell(f"in the cell of {each}", f"answer:{each}", kind="markdown") for each in (first, second)]
    (folder / "week2.ipynb").write_bytes(written(*CELLS, *cells))
    for name in modules:
        (folder / name).write_text("mine")
    answered = read_answers(submitted(folder).files[SHEET], asked)
    assert (answered.texts[first], answered.texts[third]) == (f"in the cell of {first}", "")
    sheet = f"# My answers\n\n## {second}\nin the cell of {second}\n\n## {third}\nauf dem Blatt, später\n"
    (folder / SHEET).write_bytes(sheet.encode("utf-16"))
    submission = submitted(folder)
    answered = read_answers(submission.files[SHEET], asked)
    assert [answered.texts[each] for each in (first, second, third)] == [
        f"in the cell of {first}",
        f"in the cell of {second}",
        "auf dem Blatt, später",
    ]
    assert submission.files["models.py"] == b"mine"
    assert not any("times" in note or "not UTF-8" in note for note in answered.notes)


def test_a_broken_notebook_beside_all_modules_is_told(folder: Path) -> None:
    """The week's notebook, which may hold the answers, costs nothing where it cannot be read, and a line says so."""
    (folder / "week2.ipynb").write_text("{")
    for name in FILES:
        (folder / name).write_text("mine")
    submission = submitted(folder)
    assert (sorted(submission.files), submission.problem) == (sorted(FILES), None)
    [note] = submission.notes
    assert note.startswith("the notebook week2.ipynb is no notebook")


def test_a_scratch_notebook_beside_modules_is_told(folder: Path) -> None:
    """A notebook that is none of the week's costs nothing where a module is there."""
    (folder / "scratch.ipynb").write_bytes(written(cell("1")))
    (folder / "models.py").write_text("mine")
    submission = submitted(folder)
    assert (submission.files, submission.problem) == ({"models.py": b"mine"}, None)
    assert submission.notes[0].startswith("the notebook scratch.ipynb has no cell with a tag of week2")


def test_of_several_notebooks_the_one_of_the_week_counts(folder: Path) -> None:
    """`week2.ipynb` is read and copies of it are not; where none has that name, the student is asked."""
    for name in ("week2-Copy1.ipynb", "week2.ipynb"):
        (folder / name).write_bytes(written(*CELLS))
    assert submitted(folder).notes == ["read from week2.ipynb, not from week2-Copy1.ipynb"]
    (folder / "week2.ipynb").rename(folder / "final.ipynb")
    assert submitted(folder).problem == (
        "The submission's notebook is one of several (final.ipynb, week2-Copy1.ipynb): name the one that counts week2.ipynb"
    )


# --- the command ---------------------------------------------------------------------------------------------------------


def test_start_writes_one_notebook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The notebook stands in for modules and sheet, handouts and figures come along, and work in it is never overwritten."""
    write_course(tmp_path / "course")
    monkeypatch.chdir(tmp_path)
    assert run(["start", "week1", "--notebook", "--course", "course"]) == 0
    names = sorted(path.relative_to("week1").as_posix() for path in Path("week1").rglob("*") if path.is_file())
    assert names == ["figures/kernel.svg", "handout.en.md", "handout.zh.md", "week1.ipynb"]
    before = Path("week1/week1.ipynb").read_text("utf-8")
    assert "answer:overflow" in before
    assert "exp of a large number" not in before
    Path("week1/week1.ipynb").write_text("mine")
    assert run(["start", "week1", "--notebook", "--course", "course"]) == 0
    assert Path("week1/week1.ipynb").read_text() == "mine"
    assert "kept: week1.ipynb" in capsys.readouterr().out


@pytest.mark.parametrize(("first", "second"), [((), ("--notebook",)), (("--notebook",), ())])
def test_modules_and_a_notebook_of_one_week_do_not_compete(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    first: tuple[str],
    second: tuple[str],
) -> None:
    """A week begun in one form is not begun in the other in the same folder: half of the work would not count."""
    write_course(tmp_path / "course")
    monkeypatch.chdir(tmp_path)
    assert run(["start", "week1", *first, "--course", "course"]) == 0
    before = sorted(Path("week1").rglob("*"))
    capsys.readouterr()
    assert run(["start", "week1", *second, "--course", "course"]) == 2
    err = capsys.readouterr().err
    assert "would compete. Go on with what is there, or name another folder with --to DIR" in err
    assert err.count("\n") == 1
    assert sorted(Path("week1").rglob("*")) == before


@pytest.mark.slow
def test_check_finds_the_notebook_where_students_are(tmp_path: Path) -> None:
    """Without --submission the notebook is found here or in ./WEEK, and what was odd about it stands in the notes."""
    course = small_course(tmp_path / "course", "count-parameters", staff=False)
    week = find_course(course).week("week2")
    text = week_notebook(week, texts(REPOSITORY / "solutions" / "week2", week.files))
    notebook = json.loads(text)
    notebook["cells"] = [each for each in notebook["cells"] if each["metadata"].get("tags") != ["models.py:VGG"]]
    (course / "week2").mkdir()
    (course / "week2" / "week2.ipynb").write_text(json.dumps(notebook), "utf-8")
    for folder in (course, course / "week2"):
        done = run_alone(tmp_path, "check", "week2", cwd=folder)
        assert (done.returncode, done.stderr) == (0, "")
        assert "note: the notebook has no cell 'models.py:VGG' any more" in done.stdout
