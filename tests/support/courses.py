"""Small synthetic courses for the tests, in a temporary folder."""

from __future__ import annotations

from pathlib import Path

COURSE = 'schema = 1\nname = "tiny"\ntitle = "A tiny course"\nweeks = ["week1"]\n'

ASSIGNMENT = """\
schema = 1
title = "Shapes"
files = ["shapes.py", "layers.py"]

[limits]
seconds = 20
memory_mb = 2000
output_kb = 64

[[task]]
id = "output-size"
title = "The output size"
points = 60
symbols = ["shapes.py:conv2d_output_size"]

[[task]]
id = "training"
title = "A net that trains"
points = 30
symbols = ["layers.py:Net", "shapes.py:trace"]
needs = ["cuda"]
limits = { seconds = 900 }
training = { net = "layers.py:Other" }

[[task.data]]
name = "mnist"
threshold = 0.97
epochs = 3
batch_size = 128
provenance = "measured"
"""

QUESTIONS = """\
schema = 1

[[question]]
id = "overflow"
points = 10
prompt.en = "How does softmax overflow?"
prompt.zh = "softmax 为何溢出？"
answer.en = "exp of a large number."
answer.zh = "大数取指数。"

[[question.rubric]]
id = "cause"
points = 6
asks.en = "Names the exponential."
asks.zh = "指出指数函数。"

[[question.rubric]]
id = "cure"
points = 4
asks.en = "Subtracts the maximum."
asks.zh = "减去最大值。"
rejects.en = "Uses a smaller rate."
rejects.zh = "减小学习率。"
"""

STARTER = 'def conv2d_output_size():\n    raise NotImplementedError("TODO: conv2d_output_size")\n'


def write_course(
    root: Path, course: str = COURSE, assignment: str = ASSIGNMENT, questions: str | None = QUESTIONS
) -> Path:
    """Writes a course with one right week, `week1`; each text can be replaced by a wrong one. Returns `root`."""
    write_week(root, "week1", assignment, questions)
    (root / "assignments" / "course.toml").write_text(course, encoding="utf-8")
    return root


def write_week(root: Path, name: str, assignment: str = ASSIGNMENT, questions: str | None = QUESTIONS) -> Path:
    """Writes one week into a course, with suites, starter and reference; returns its folder in assignments/."""
    folder = root / "assignments" / name
    contents = {
        folder / "assignment.toml": assignment,
        folder / "questions.toml": questions,
        folder / "handout.en.md": "# Shapes\n\n![a kernel](figures/kernel.svg)\n",
        folder / "handout.zh.md": "# 形状\n",
        folder / "figures" / "kernel.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
        folder / "figures" / "draw.py": "# draws kernel.svg\n",
        folder / "public" / "test_shapes.py": "def test_size(): ...\n",
        folder / "hidden" / "test_shapes.py": "def test_size(): ...\n",
        root / "starter" / name / "shapes.py": STARTER,
        root / "starter" / name / "layers.py": "class Net: ...\n",
        root / "solutions" / name / "shapes.py": "def conv2d_output_size(): ...\n",
    }
    for path, content in contents.items():
        if content is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
    return folder
