"""`cnngrade verify` on a small course: all holds, then one thing after the other is broken, and each is told."""

from __future__ import annotations

import ast
import json
import re
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

from cnngrade.course.mistakes import read_mistakes
from cnngrade.course.starter import strip
from cnngrade.verify.dependence import Dependence, changed_by, definitions, guess, without
from tests.support.week2_course import REFERENCE, STARTER, run, small_course

pytestmark = pytest.mark.timeout(900)  # a whole course is judged for the first test

COUNT, PERMUTE = "count-parameters", "permute-pixels"


def course_with_samples(root: Path, *asked: str) -> Path:
    """Week 2 with two tasks; all functions but theirs, and those `asked` for, are given to the student."""
    small_course(root, COUNT, PERMUTE)
    kept = ("count_parameters", "permute_pixels", *asked)
    for path in (root / "solutions" / "week2").glob("*.py"):
        blocks = path.read_text("utf-8").split("\n\n\n")
        whole = "\n\n\n".join(
            block if block.startswith(tuple(f"def {name}(" for name in kept)) else given(block) for block in blocks
        )
        path.write_text(whole, "utf-8")
        (root / "starter" / "week2" / path.name).write_text(strip(whole), "utf-8")
    sample(root, "pass", "reference", (REFERENCE / "training.py").read_text("utf-8"))
    sample(root, "missing", "starter", (STARTER / "training.py").read_text("utf-8"))
    return root


def given(block: str) -> str:
    """The reference without its marks."""
    block = re.sub(r" *# BEGIN STARTER\n.*?# END STARTER\n", "", block, flags=re.DOTALL)
    return re.sub(r" *# (BEGIN|END) SOLUTION.*(\n|$)", "", block).rstrip("\n")


def sample(root: Path, verdict: str, name: str, training: str) -> None:
    folder = root / "tests" / "samples" / "week2" / verdict / name
    folder.mkdir(parents=True)
    for path in REFERENCE.glob("*.py"):
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "training.py").write_text(training, "utf-8")


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    folder = tmp_path_factory.mktemp("right")
    return run(folder, "verify", "week2", "--mutants", "--course", course_with_samples(folder / "course"))


def test_a_right_week_holds(right: subprocess.CompletedProcess[str]) -> None:
    """Exit code 0, and a sentence that says so."""
    assert right.stdout.endswith("All of it holds.\n")
    assert right.returncode == 0


def test_the_table_fits_the_terminal(right: subprocess.CompletedProcess[str]) -> None:
    """80 columns are enough, and each task has its points, tests, mistakes, seconds and memory."""
    assert max(map(len, right.stdout.splitlines())) <= 80
    row = next(line.split() for line in right.stdout.splitlines() if line.startswith(f" {PERMUTE}"))
    assert row[1:5] == ["4", "6+1", "10/10", "10"]
    assert "1 correct and 1 broken samples, 17 mistakes, the starter" in right.stdout


def test_each_test_is_told_to_be_evidence_or_a_claim(right: subprocess.CompletedProcess[str]) -> None:
    """A line for each hidden test says which it judges, and one sums them up."""
    told = [line for line in right.stdout.splitlines() if line.startswith(("evidence  ", "claim     "))]
    assert "evidence  permute-pixels: test_permute_pixels_identity" in told
    assert f"Of {len(told)} hidden tests {len(told)} judge evidence, 0 a claim." in right.stdout


def test_a_log_has_a_line_per_batch(right: subprocess.CompletedProcess[str]) -> None:
    """Where standard error is no terminal, progress is lines that count up to the end."""
    lines = [line for line in right.stderr.splitlines() if line.startswith("week2 ")]
    assert "mistakes of permute-pixels (10)" in right.stderr
    assert lines[-1].split()[2].startswith(lines[-1].split()[2].partition("/")[2].rstrip(":"))


@pytest.fixture(scope="module")
def wrong(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], str]:
    """Everything broken at once: (claim, subject) -> message and advice."""
    folder = tmp_path_factory.mktemp("wrong")
    root = course_with_samples(folder / "course", "evaluate")
    week = root / "assignments" / "week2"
    training, starter = root / "solutions" / "week2" / "training.py", root / "starter" / "week2" / "training.py"
    head = '"""A title."""\n\nTASK = "permute-pixels"\nFILE = "training.py"\nHINT = "Look."\n\n\n'
    body = training.read_text("utf-8")
    permute = body[body.index("def permute_pixels") :]
    mistakes = week / "mistakes"
    (mistakes / "no-mistake.py").write_text(head + permute)
    (mistakes / "same-again.py").write_text(
        (mistakes / "permute-unchanged.py").read_text("utf-8").replace("HINT = ", 'HINT = "Twice. " ')
    )
    (mistakes / "elsewhere.py").write_text(head + "def count_parameters(model):\n    return 0\n")
    sample(root, "pass", "loses", body.replace("p.numel()", "1"))
    sample(root, "wrong", "loses-nothing", body)
    sample(root, "wrong", "crashes", body.replace("return sum(", "return summ("))
    replace(starter, 'raise NotImplementedError("TODO: count_parameters")', "return 5")
    public = week / "public" / "test_training.py"
    public.write_text(
        public.read_text("utf-8")
        + f'\n\n@task("{COUNT}")\ndef test_strict(inside):\n    """Is strict."""\n    raise AssertionError("never")\n'
    )
    hidden = week / "hidden" / "test_training.py"
    hidden.write_text(
        hidden.read_text("utf-8")
        + f'\n\n@task("{COUNT}")\ndef test_idle(inside):\n    """Claims nothing."""\n    inside.counted([])\n'
    )
    done = run(folder, "verify", "week2", "--json", "--course", root)
    assert (done.returncode, done.stderr) == (1, "")
    (facts,) = json.loads(done.stdout)["weeks"]
    assert facts["holds"] is False
    return {(each["claim"], each["subject"]): f"{each['message']}. {each['advice']}" for each in facts["findings"]}


@pytest.mark.parametrize(
    ("claim", "subject", "expected"),
    [
        ("lose", "no-mistake", "does not lose permute-pixels. Write the hidden test that catches it"),
        ("lose", "elsewhere", "does not lose permute-pixels"),
        ("only", "elsewhere", "loses count-parameters too"),
        ("alone", "same-again", "permute-unchanged is named for it in permute-pixels"),
        ("alone", "permute-unchanged", "same-again is named for it in permute-pixels"),
        ("samples", "pass/loses", "a correct sample loses count-parameters"),
        ("samples", "wrong/loses-nothing", "loses nothing"),
        ("samples", "wrong/crashes", "count-parameters is crash"),
        ("starter", COUNT, "the starter's verdict is wrong, not missing"),
        ("starter", "training.py", "the starter is not what the reference gives"),
        ("public", COUNT, "but public test_strict says wrong (never)"),
        ("tests", COUNT, "hidden test_idle passes for every known mistake"),
        ("rows", "training.py:evaluate", "no task judges it"),
    ],
)
def test_what_does_not_hold_is_told(wrong: dict[tuple[str, str], str], claim: str, subject: str, expected: str) -> None:
    """Each thing that is wrong is one finding: which claim, of what, and what to do."""
    assert expected in wrong.get((claim, subject), "no such finding")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), "name one or more weeks, or --all"),
        (("week2", "--all"), "name one or more weeks, or --all"),
        (("week9",), "there is no 'week9' in this course"),
        (("week2", "--task", "nonsense"), "week2 has no task 'nonsense'"),
        (("week2", "--no-training", "--full-training"), "exclude each other"),
    ],
)
def test_a_wrong_command_line_is_one_line(tmp_path: Path, arguments: tuple[str, ...], expected: str) -> None:
    """Exit code 2 and the next step."""
    done = run(tmp_path, "verify", *arguments, "--course", REFERENCE.parents[1])
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert expected in done.stderr


def test_a_students_copy_cannot_be_verified(tmp_path: Path) -> None:
    """Without the hidden suite there is nothing to prove."""
    done = run(tmp_path, "verify", "week2", "--course", small_course(tmp_path / "course", COUNT, staff=False))
    assert (done.returncode, "is not installed here" in done.stderr) == (2, True)


# --- which task depends on what ---------------------------------------------------------------------------------------

FILES = {
    "blocks.py": b"import math\nSIZES = [small]\ndef small(): ...\ndef block(): return math.pi\nclass Norm: ...\n",
    "nets.py": b"from blocks import block\nclass Net:\n    def go(self): return block()\nclass Other(Net): ...\n",
}


def test_a_task_depends_on_what_its_symbols_use() -> None:
    """Names are followed from file to file; what stands outside of definitions uses what it names."""
    task = SimpleNamespace(symbols=("nets.py:Net",))
    assert guess(task, FILES) == {("nets.py", "Net"), ("blocks.py", "block"), ("blocks.py", "small")}  # type: ignore[arg-type]


def test_what_is_knocked_out_cannot_be_used() -> None:
    """It can be imported and named, as in an annotation, but not called, subclassed or looked into."""
    files = without(FILES, frozenset({("nets.py", "Net")}))
    space: dict[str, object] = {}
    exec(files["blocks.py"].decode().replace("SIZES", "sizes"), space | {"small": 0}, space)
    gone = space["block"]
    for use in (lambda: gone(), lambda: gone.size, lambda: type("Sub", (gone,), {})):  # type: ignore[operator,attr-defined]
        with pytest.raises((RuntimeError, TypeError)):
            use()
    kept = {node.name for node in definitions(files).values()}
    assert "Net" in kept
    assert "Other" not in kept


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("def block(): return 3", {("blocks.py", "block")}),
        ("import math\ndef block(): return math.e", {("blocks.py", "block")}),
        ("import cmath\ndef aid(): ...\ndef block(): return aid()", {("blocks.py", "block")}),
        ("import cmath as math\ndef block(): return 3", None),
        ("from other import small\ndef block(): return 3", None),
    ],
)
def test_a_mistake_changes_what_it_replaces(tmp_path: Path, code: str, expected: set[tuple[str, str]] | None) -> None:
    """Beside that, only a name that the reference uses could change anything."""
    text = f'"""T."""\nTASK = "t"\nFILE = "blocks.py"\nHINT = "h"\n{code}\n'
    ast.parse(text)
    (tmp_path / "a.py").write_text(text)
    (mistake,), problems = read_mistakes(tmp_path)
    assert (problems, changed_by(mistake, FILES)) == ([], expected)


def test_a_task_that_is_not_proven_may_depend_on_everything() -> None:
    """Only what has been shown is left out."""
    dependence = Dependence({"a": frozenset({("x.py", "f")}), "b": None})
    asked = [dependence.may_change(task, [("x.py", "g")]) for task in ("a", "b", "unknown")]
    assert asked == [False, True, True]
