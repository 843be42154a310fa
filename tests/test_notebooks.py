from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from cnngrade.submissions import Submission, read_submission
from cnngrade.submissions.notebooks import NotebookError, read_notebook
from tests.test_submissions import FILES, make_zip, write
from tests.week2_course import REFERENCE


def notebook(*cells: str, **outputs: Any) -> bytes:
    """A real notebook with a title and these code cells."""
    made = nbformat.v4.new_notebook()
    made.cells = [nbformat.v4.new_markdown_cell("# Week 2"), *(nbformat.v4.new_code_cell(cell) for cell in cells)]
    for cell in made.cells[1:]:
        cell.outputs = [nbformat.v4.new_output("stream", text=text) for text in outputs.values()]
    return nbformat.writes(made).encode()


def files_of(*cells: str) -> dict[str, str]:
    found, _ = read_notebook(notebook(*cells), FILES)
    return {name: content.decode() for name, content in found.items()}


def notes_of(*cells: str) -> list[str]:
    return read_notebook(notebook(*cells), FILES)[1]


def read(path: Path) -> Submission:
    return read_submission(path, "week2", FILES)


def values(folder: Path, found: dict[str, str], expression: str) -> str:
    """What an expression is in a fresh Python that runs in a folder with these files."""
    for name, text in found.items():
        (folder / name).write_text(text, "utf-8")
    done = subprocess.run([sys.executable, "-c", f"print({expression})"], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_every_file_has_what_the_cells_define(tmp_path: Path) -> None:
    """Whatever cell defines a name, each of the week's files has it."""
    found = files_of("import math", "SIZE = 3\ndef area():\n    return SIZE * math.pi", "class Net:\n    size = SIZE")
    assert sorted(found) == ["data.py", "models.py", "notebook_cells.py", "training.py"]
    told = "round(__import__('training').area(), 2), __import__('models').Net.size"
    assert values(tmp_path, found, told) == "9.42 3"


def test_what_a_notebook_only_runs_is_left_out(tmp_path: Path) -> None:
    """Training, prints, plots, magics and what only they need are not run when the code is imported."""
    found = files_of(
        "%matplotlib inline\n!pip install torch\nimport math\nmath?",
        "rate = math.sqrt(4)\ndef f(x, scale=rate):\n    return x * scale",
        "model = f(1 / 0)\nlosses = [model for _ in range(10)]\nlosses.append(f(model))",
        "for loss in losses:\n    print(loss)\nwith open('x') as file:\n    pass",
        "%%time\nbest = exit()\ndef g():\n    return f(21)",
        "%%bash\nrm -rf everything",
        "if __name__ == '__main__':\n    f(model)",
    )
    assert values(tmp_path, found, "__import__('models').g()") == "42.0"
    assert not any(word in found["notebook_cells.py"] for word in ("losses", "best", "rm -rf", "pip", "%"))


def test_local_names_are_no_reason_to_run_anything(tmp_path: Path) -> None:
    """A function with a parameter or a variable called `model` does not need the notebook's trained model."""
    found = files_of(
        "def train(model, rate=1):\n    losses = [model for model in range(3)]\n    return losses\n\n"
        "class Net:\n    size = 1\n    def forward(self, x):\n        return [x for x in range(self.size)]",
        "x = 1 / 0\nmodel = x\nlosses = train(model)\nsize = exit()\nself = 1 / 0",
    )
    assert values(tmp_path, found, "__import__('models').train(7)") == "[0, 1, 2]"


def test_what_a_function_reads_of_the_module_is_kept(tmp_path: Path) -> None:
    """Globals of functions, defaults, decorators and base classes are kept, with what they are made from."""
    found = files_of(
        "base = dict\nstep = 2\nunit = step * 2\nkept = {}\nkept['a'] = unit\nunused = 1 / 0",
        "def by(k):\n    return lambda f: f",
        "class Table(base): pass\n@by(unit)\ndef f(x=step):\n    global count\n    return x + kept['a']\ncount: int = 5",
    )
    assert values(tmp_path, found, "__import__('models').f()") == "6"


def test_cells_that_name_their_file(tmp_path: Path) -> None:
    """%%writefile and a comment with a file's name put a cell there, and nowhere else."""
    found = files_of(
        "%%writefile models.py\nclass LeNet5: pass",
        "# data.py\nX = 1\ndef load(): return X",
        "%%file ./training.py\nimport os",
    )
    assert sorted(found) == ["data.py", "models.py", "training.py"]
    assert "class LeNet5" in found["models.py"]
    assert "LeNet5" not in found["data.py"]
    assert values(tmp_path, found, "__import__('data').load()") == "1"


def test_broken_cells_are_told_and_the_others_read() -> None:
    """A cell with a syntax error costs what it defines, and a note says which one."""
    cells = ("def right():\n    return 1", "def broken(:", "%%html\n<b>", "%%writefile ../../etc/passwd\nx")
    assert "def right" in files_of(*cells)["notebook_cells.py"]
    assert notes_of(*cells) == [
        "cell 2 of the notebook was left out (SyntaxError: invalid syntax)",
        "cell 3 of the notebook is no Python and was left out",
        "cell 4 of the notebook is no Python and was left out",
    ]


def test_two_statements_on_a_line_stay_together(tmp_path: Path) -> None:
    """A line that holds a definition is kept whole."""
    found = files_of("import math; unused = 1\ndef f(): return math.floor(2.5)")
    assert values(tmp_path, found, "__import__('data').f()") == "2"


def test_the_reference_in_a_notebook_is_the_reference(tmp_path: Path) -> None:
    """Week 2's reference, pasted into cells, has the same nets with the same parameters."""
    cells = [(REFERENCE / name).read_text("utf-8").replace("from models import LeNet5", "") for name in FILES]
    found = files_of(*cells, "model = LeNet5()\ntrain_epoch(model, None, None, None, None)")
    count = "__import__('training').count_parameters(__import__('models').LeNet5())"
    assert values(tmp_path, found, count) == "61706"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff\xfe",
        b"[" * 100_000,
        json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": 7}).encode(),
        json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": "code"}]}).encode(),
        json.dumps({"nbformat": 99, "nbformat_minor": 0, "metadata": {}, "cells": []}).encode(),
        notebook("print('hello')"),
    ],
)
def test_what_is_no_notebook_is_one_line(content: bytes) -> None:
    """A file that only pretends, or defines nothing, is told in one line."""
    with pytest.raises(NotebookError) as caught:
        read_notebook(content, FILES)
    assert "\n" not in str(caught.value)


def test_old_notebooks_are_read() -> None:
    """A notebook of version 3, as older systems write it, is read."""
    cell = {"cell_type": "code", "input": ["def f():\n", "    return 1"], "language": "python", "outputs": []}
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [{"cells": [cell]}]}
    found, _ = read_notebook(json.dumps(old).encode(), FILES)
    assert b"def f():" in found["notebook_cells.py"]


@pytest.mark.parametrize("kind", ["file", "folder", "zip"])
def test_notebooks_are_submissions(tmp_path: Path, kind: str) -> None:
    """A notebook is read by itself, in a folder and in an archive, with the answers beside it, however large its pictures."""
    content = notebook("def f(): pass", picture="x" * 3_000_000)
    path = tmp_path / "ada.ipynb"
    if kind == "file":
        path.write_bytes(content)
    elif kind == "folder":
        path = tmp_path / "ada"
        (path / "week2").mkdir(parents=True)
        (path / "week2" / "homework.ipynb").write_bytes(content)
        (path / "week2" / "answers.md").write_text("An epoch is ...")
    else:
        path = make_zip(tmp_path / "ada.zip", {"x/homework.ipynb": content, "x/answers.md": b"An epoch is ..."})
    submission = read(path)
    assert (submission.student, submission.problem) == ("ada", None)
    expected = {"data.py", "models.py", "training.py", "notebook_cells.py"} | (
        {"answers.md"} if kind != "file" else set()
    )
    assert set(submission.files) == expected
    assert any("read from the notebook" in note for note in submission.notes)


def test_python_files_come_before_a_notebook(tmp_path: Path) -> None:
    """Where the week's files are there, a notebook beside them changes nothing."""
    folder = write(tmp_path / "ada", data="x = 1")
    (folder / "scratch.ipynb").write_bytes(notebook("x = 2\ndef f(): return x"))
    assert read(folder).files["data.py"] == b"x = 1"
    assert "notebook_cells.py" not in read(folder).files


def test_of_several_notebooks_the_weeks_counts(tmp_path: Path) -> None:
    """A notebook that is named for the week is read, and a note names the others."""
    for name in ("a first try", "Week 2", "z"):
        (tmp_path / "ada").mkdir(exist_ok=True)
        (tmp_path / "ada" / f"{name}.ipynb").write_bytes(notebook(f"def f(): return {name[0]!r}"))
    submission = read(tmp_path / "ada")
    assert b"'W'" in submission.files["notebook_cells.py"]
    assert submission.notes[0] == "read from the notebook Week 2.ipynb, not from a first try.ipynb, z.ipynb"
