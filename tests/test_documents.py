"""The documents for those who work on cnngrade tell the truth: paths, commands, names, the picture, the glossary."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path

import click
import matplotlib
import pytest

from cnngrade.cli import main as cli
from cnngrade.course.figures import draw
from tests.support import architecture
from tests.support.judging import REPOSITORY
from tests.test_architecture import LAYERS, MODULES, part
from tests.test_handouts import without_placing

DOCUMENTS = [
    "CONTRIBUTING.md",
    "grader/ARCHITECTURE.md",
    "grader/GLOSSARY.md",
    "tests/README.md",
    *(path.relative_to(REPOSITORY).as_posix() for path in (REPOSITORY / ".github").rglob("*.md")),
]
TEXTS = {name: (REPOSITORY / name).read_text("utf-8") for name in DOCUMENTS}
PACKAGE = REPOSITORY / "grader" / "cnngrade"
# Written for a name that its reader chooses.
CHOSEN = re.compile(r"(?<![A-Z])(?:NAME|ID|VERDICT|ROOM|WEEK)\b|(?<![A-Z])NAME(?=_)|(?<=week)N\b")
LINES = sorted(
    {
        line
        for text in TEXTS.values()
        for block in re.findall(r"^```bash\n(.*?)^```$", text, flags=re.M | re.S)
        for line in block.splitlines()
    }
    | {code for text in TEXTS.values() for code in re.findall(r"`((?:\.venv/bin/|cnngrade )[^`\n]+)`", text)}
)
ENTRIES = re.findall(r"^- \*\*(.+?)\*\*: (.+)$", TEXTS["grader/GLOSSARY.md"], flags=re.M)


def words(name: str) -> list[str]:
    """What stands between back-ticks in a document, outside of its blocks of commands."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", TEXTS[name], flags=re.M | re.S))


@cache
def code() -> str:
    """The text of the whole package."""
    return "\n".join(path.read_text("utf-8") for path in sorted(PACKAGE.rglob("*.py")))


def is_there(name: str) -> bool:
    """Whether a path of a document leads somewhere, from the repository or from the package."""
    pattern = CHOSEN.sub("*", name)
    return any(any(folder.glob(pattern)) for folder in (REPOSITORY, PACKAGE))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_paths_exist(name: str) -> None:
    """Every path that a document names exists, and so does what it links to."""
    paths = [word.rstrip("/") for word in words(name) if re.fullmatch(r"[\w.-]+(/[\w.-]+)+/?|\w+\.(py|md|toml)", word)]
    named = {path for path in paths if path != "report.html" and not path.startswith(".venv/")}
    assert {path for path in named if not is_there(path) and not any(REPOSITORY.glob(f"*/**/{path}"))} == set()
    links = re.findall(r"\]\(([^)]+)\)", TEXTS[name])
    assert [link for link in links if not (REPOSITORY / name).parent.joinpath(link).exists()] == []


def test_the_readme_leads_to_the_documents() -> None:
    """Each document for those who work on cnngrade is linked from the README, or from CONTRIBUTING.md."""
    linked = (REPOSITORY / "README.md").read_text("utf-8") + TEXTS["CONTRIBUTING.md"]
    assert [name for name in DOCUMENTS if not name.startswith(".github") and f"]({name})" not in linked] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_names_of_the_code_exist(name: str) -> None:
    """Every constant and every private name that a document names stands in the code."""
    named = {
        word for word in words(name) if re.fullmatch(r"_\w+|[A-Z]+(_[A-Z]+)*", word) and not CHOSEN.fullmatch(word)
    }
    assert {word for word in named if not re.search(rf"\b{word}\b", code())} <= {"RELU"}  # a suite's


@pytest.mark.parametrize("line", LINES)
def test_commands_exist(line: str) -> None:
    """Every command that a document names is one of ours with its options, or a tool of the dev extra."""
    program, *arguments = shlex.split(line)
    tool = program.removeprefix(".venv/bin/")
    if tool == "cnngrade":
        command = cli.cli.get_command(click.Context(cli.cli), arguments[0])
        assert command is not None
        known = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in arguments if word.startswith("-")} <= known
    elif program != "python3":
        assert tool in {script.name for script in entry_points(group="console_scripts")} | {"pip", "ruff"}


@pytest.mark.slow
@pytest.mark.parametrize("line", [line for line in LINES if line.startswith(".venv/bin/pytest tests/")])
def test_test_commands_select_tests(line: str) -> None:
    """Every command that runs a part of the tests finds some."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", *shlex.split(line)[1:]]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:]


# --- the architecture -------------------------------------------------------------------------------------------------


def test_every_room_is_listed() -> None:
    """The page has a line for every room of the package, and for no other; the picture has a place for each."""
    rooms = {part(module) for module in MODULES} - architecture.DOORS
    table = re.findall(r"^\| (`.+?`) \|", TEXTS["grader/ARCHITECTURE.md"], flags=re.M)
    assert {name for cell in table for name in re.findall(r"`(\w+)`", cell)} == rooms
    assert {room for row in architecture.floors() for room in row} == rooms
    assert rooms <= architecture.ROOMS.keys(), "tests/support/architecture.py has to say what they are for"


def test_the_layers_are_rooms() -> None:
    """No layer has a room that is not there, and none has two places."""
    assert sorted(room for layer in LAYERS for room in layer) == sorted({part(module) for module in MODULES})


def test_the_picture_is_what_the_script_draws(tmp_path: Path) -> None:
    """The SVG is what `python -m tests.support.architecture` draws now, but for how another matplotlib places text."""
    draw(architecture.FIGURES, tmp_path, "architecture")
    drawn, kept = (folder / architecture.PICTURE.name for folder in (tmp_path, architecture.PICTURE.parent))
    texts = [path.read_text("utf-8") for path in (drawn, kept)]
    if f"Matplotlib v{matplotlib.__version__}," not in texts[1]:
        texts = [without_placing(text) for text in texts]
    assert texts[0] == texts[1]


def test_only_commands_know_click() -> None:
    """No module outside of `cli` imports click."""
    importing = re.compile(r"^\s*(?:import|from) click\b", re.M)
    knowing = {part(module) for module, path in MODULES.items() if importing.search(path.read_text("utf-8"))}
    assert knowing == {"cli"}


# --- the glossary -----------------------------------------------------------------------------------------------------


def test_the_glossary_is_in_order() -> None:
    """The glossary's entries are in alphabetical order, each once, and each line of the list is one."""
    terms = [term for term, _ in ENTRIES]
    assert terms == sorted(set(terms), key=str.casefold)
    assert len(terms) == sum(line.startswith("- ") for line in TEXTS["grader/GLOSSARY.md"].splitlines()) > 50


@pytest.mark.parametrize("term", [term for term, _ in ENTRIES])
def test_the_glossary_has_words_that_are_used(term: str) -> None:
    """A word of the glossary stands in the code, or in a document of the course or of the grader."""
    documents = [REPOSITORY / "README.md", REPOSITORY / "assignments" / "README.md"]
    used = "\n".join([code(), *(path.read_text("utf-8") for path in documents)])
    assert re.search(r"(?<![A-Za-z])" + r"[\W_]".join(term.split()), used, re.I)


@pytest.mark.parametrize("entry", ENTRIES, ids=[term for term, _ in ENTRIES])
def test_a_definition_is_short(entry: tuple[str, str]) -> None:
    """A definition fits on a line, and the whole glossary on a page."""
    assert len(entry[1]) <= 128
