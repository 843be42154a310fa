"""The taught material of every week: handouts in two languages, their figures, and the written questions."""

import re
import runpy
import tomllib
from pathlib import Path

import matplotlib
import pytest

from cnngrade.course import figures

ASSIGNMENTS = Path(__file__).parents[1] / "assignments"
WEEKS = sorted(path.parent for path in ASSIGNMENTS.glob("week*/assignment.toml"))
LANGUAGES = ("en", "zh")


@pytest.fixture(params=WEEKS, ids=lambda week: week.name)
def week(request: pytest.FixtureRequest) -> Path:
    return request.param


def read_toml(path: Path) -> dict:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def handouts(week: Path) -> dict[str, str]:
    return {language: (week / f"handout.{language}.md").read_text(encoding="utf-8") for language in LANGUAGES}


def cells(text: str) -> list[list[str]]:
    """The rows of all tables, without back-ticks."""
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip().replace("`", "") for cell in row.strip("|").split("|")] for row in rows]


def without_placing(svg: str) -> str:
    """The SVG without its texts' attributes and the name of the program that drew it: shapes, colours and words."""
    return re.sub(r"<text [^>]*>|<dc:title>.*</dc:title>", "", svg)


def test_there_is_a_week_to_test() -> None:
    """The tests below run for at least one week: with none, pytest would skip them all."""
    assert WEEKS


def test_every_symbol_is_taught(week: Path) -> None:
    """Both handouts name every file and every function or class that a task judges."""
    symbols = {
        tuple(symbol.split(":")) for task in read_toml(week / "assignment.toml")["task"] for symbol in task["symbols"]
    }
    for language, text in handouts(week).items():
        missing = [part for symbol in symbols for part in symbol if f"`{part}`" not in text]
        assert not missing, language


def test_points_as_in_the_assignment(week: Path) -> None:
    """Both handouts state every task with the points that it is worth, and no other task."""
    tasks = {task["id"]: f"{task['points']:g}" for task in read_toml(week / "assignment.toml")["task"]}
    for language, text in handouts(week).items():
        assert {row[0]: row[3] for row in cells(text) if len(row) == 4 and row[0] in tasks} == tasks, language


def test_accuracy_budgets_as_in_the_assignment(week: Path) -> None:
    """Both handouts state threshold, epochs and batch size of every data set of every accuracy task."""
    budgets = [
        [task["id"], data["name"], f"{100 * data['threshold']:g} %", f"{data['epochs']}", f"{data['batch_size']}"]
        for task in read_toml(week / "assignment.toml")["task"]
        for data in task.get("data", [])
    ]
    for language, text in handouts(week).items():
        trained = [row for row in cells(text) if len(row) == 5 and row[0] in {budget[0] for budget in budgets}]
        assert trained == budgets, language


def test_signatures_and_shape_walks_are_the_same_in_both_languages(week: Path) -> None:
    """The Python blocks of both handouts are equal, and their sections' numbers, and all big ones (Chinese counts by 亿)."""
    english, chinese = handouts(week).values()
    for pattern in (r"```python\n(.*?)```", r"^#+ (\d+)\.", r"\d+,\d{3}(?!\d)", r"\d+\.\d{2,}(?!\d| 亿)"):
        found = [sorted(re.findall(pattern, text, re.DOTALL | re.MULTILINE)) for text in (english, chinese)]
        assert found[0] == found[1], pattern


def test_figures_are_shown_by_both_handouts(week: Path) -> None:
    """Every figure that a handout shows exists, and both handouts show every figure, in the same order."""
    shown = [re.findall(r"!\[[^]]+\]\((figures/[^)]+)\)", text) for text in handouts(week).values()]
    assert shown[0] == shown[1]
    assert sorted(shown[0]) == sorted(f"figures/{path.name}" for path in (week / "figures").glob("*.svg"))


def test_figures_are_what_the_script_draws(week: Path, tmp_path: Path) -> None:
    """Each checked-in SVG is, byte for byte, what `draw.py` draws now; only another matplotlib may place texts elsewhere."""
    figures.draw(runpy.run_path(str(week / "figures" / "draw.py"))["FIGURES"], tmp_path, week.name)
    drawn = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    kept = {path.name: path.read_text(encoding="utf-8") for path in (week / "figures").glob("*.svg")}
    if any(f"Matplotlib v{matplotlib.__version__}," not in svg for svg in kept.values()):
        drawn, kept = ({name: without_placing(svg) for name, svg in svgs.items()} for svgs in (drawn, kept))
    assert drawn == kept


def test_rubrics_add_up(week: Path) -> None:
    """The points of a question's rubric add up to the question's, and with the tasks the week is worth 100."""
    questions = read_toml(week / "questions.toml")["question"]
    for question in questions:
        assert sum(item["points"] for item in question["rubric"]) == question["points"], question["id"]
    tasks = read_toml(week / "assignment.toml")["task"]
    assert sum(entry["points"] for entry in questions + tasks) == 100


def test_questions_are_asked_in_both_languages(week: Path) -> None:
    """Every prompt, model answer and rubric item has an English text without Chinese in it, and a Chinese one with."""
    questions = read_toml(week / "questions.toml")["question"]
    texts = [question[key] for question in questions for key in ("prompt", "answer")]
    texts += [
        item[key] for question in questions for item in question["rubric"] for key in ("asks", "rejects") if key in item
    ]
    for text in texts:
        assert sorted(text) == list(LANGUAGES)
        assert not re.search(r"[\u4e00-\u9fff]", text["en"])
        assert re.search(r"[\u4e00-\u9fff]", text["zh"])
