"""Reading source for what is elementary: every way around is noticed, every honest way keeps its points."""

from __future__ import annotations

import ast
import json
import runpy
import time
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from cnngrade.errors import CourseError
from cnngrade.judge.failures import Wrong
from cnngrade.reading.elementary import FindingKind, Reader, Reading, read_list, told
from cnngrade.reading.source import is_installed
from cnngrade.records.json import from_json, to_json
from cnngrade.records.report import Verdict
from cnngrade.reports.classpage import class_page, outline
from cnngrade.reports.folder import write_student
from cnngrade.reports.html import student_page
from tests.support import factories, ways_around
from tests.support.judging import REPOSITORY, judge

WEEK = REPOSITORY / "assignments" / "week1"
LIST = read_list(WEEK / "elementary.toml")
FILES = ["shapes.py", "tensors.py", "layers.py"]
SYMBOLS = [
    symbol.partition(":")[2]
    for task in tomllib.loads((WEEK / "assignment.toml").read_text("utf-8"))["task"]
    for symbol in task["symbols"]
    if symbol.startswith("layers.py:")
]
Files = dict[str, str]


def read(files: Files, symbol: str = "relu") -> Reading:
    return Reader({name: text.encode() for name, text in files.items()}, FILES, LIST).read(f"layers.py:{symbol}")


def relu(text: str) -> Reading:
    return read({"layers.py": text})


def sources(folder: Path) -> Files:
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in sorted(folder.rglob("*.py"))}


# --- the machines -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "generated",
    [
        ways_around.ways_at_places,
        ways_around.spread,
        ways_around.patched,
        ways_around.tricks,
        ways_around.prepared,
        ways_around.run_unread,
    ],
    ids=["places", "files", "patches", "tricks", "prepared", "run unread"],
)
def test_every_way_around_is_noticed(generated: Callable[[], Iterator[tuple[str, Files]]]) -> None:
    """Every forbidden way to compute the layer is found with its line, anywhere in any file."""
    missed = []
    for name, files in generated():
        for text in [text for file, text in files.items() if file.endswith(".py")]:
            ast.parse(text)  # a way that is no Python proves nothing
        findings = read(files).findings
        if not findings or not all(finding.line or finding.kind is FindingKind.UNREADABLE for finding in findings):
            missed.append(name)
    assert missed == []


def test_every_honest_rewriting_keeps_its_points() -> None:
    """Correct code has no findings and no remarks, however it is written and wherever it stands."""
    lost = {}
    for name, files in ways_around.rewritten():
        for text in files.values():
            ast.parse(text)
        reading = read(files)
        if reading.findings or reading.remarks:
            lost[name] = [*map(str, reading.findings), *reading.remarks]
    assert lost == {}


@pytest.mark.parametrize("name", ways_around.ODD)
def test_what_is_odd_and_honest_costs_nothing(name: str) -> None:
    """A handler of one's own, weights that are loaded, a command that asks for the GPU, files that are moved: no points."""
    assert relu(ways_around.ODD[name] + ways_around.HONEST).findings == []


def test_a_module_that_may_be_written_first_is_no_optional_one() -> None:
    """The same guarded import is a remark alone, and a finding where a file of unknown name is written beside it."""
    guarded = "try:\n    import aid_of_nobody\nexcept ImportError:\n    aid_of_nobody = None\n"
    writes = (
        "from pathlib import Path\nfor path in Path('.').glob('*'):\n    path.rename(path.name.replace('txt', 'py'))\n"
    )
    assert relu(guarded + ways_around.HONEST).findings == []
    assert relu("import os\nos.rename(open('a').read(), open('b').read())\n" + ways_around.HONEST).findings == []
    for lines in (writes, "import os\nos.rename(open('a').read(), open('b').read())\n"):
        assert relu(lines + guarded + ways_around.HONEST).kinds[-1:] == ["unreadable"]


@pytest.mark.parametrize(
    "folder", sorted((REPOSITORY / "tests/samples/week1/pass").iterdir()), ids=lambda path: path.name
)
def test_correct_samples_are_elementary(folder: Path) -> None:
    """No correct sample has a finding, or a remark that staff would have to look at."""
    files = sources(folder)
    for symbol in SYMBOLS:
        reading = read(files, symbol)
        assert (reading.findings, reading.remarks) == ([], []), symbol


def test_the_reference_is_elementary() -> None:
    """Our own solution keeps to the list."""
    files = sources(REPOSITORY / "solutions/week1")
    assert all(read(files, symbol) == Reading() for symbol in SYMBOLS)


def test_mistakes_are_elementary_but_for_those_that_are_torchs() -> None:
    """Of the known mistakes in layers.py exactly those that call PyTorch's layers have findings."""
    reference = (REPOSITORY / "solutions/week1/layers.py").read_text("utf-8")
    found = set()
    for path in (WEEK / "mistakes").glob("*.py"):
        text = path.read_text("utf-8")
        if 'FILE = "layers.py"' in text:
            names = [node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
            files = {"layers.py": f"{reference}\n{text}"}
            if any(read(files, name).findings for name in names if name in SYMBOLS):
                found.add(path.stem)
    assert found == {
        *(path.stem for path in (WEEK / "mistakes").glob("*-by-torch*.py")),
        "entropy-by-log-softmax",
    }


# --- what is judged ---------------------------------------------------------------------------------------------------


def test_only_what_the_function_reaches_is_judged() -> None:
    """The same file: one function computes by itself, another by a layer."""
    text = "import torch\ndef relu(x):\n    return x.clamp(min=0)\ndef sigmoid(x):\n    return torch.sigmoid(x)\n"
    files = {"layers.py": text}
    assert read(files).findings == []
    assert [str(each) for each in read(files, "sigmoid").findings] == [
        "layers.py, line 5: torch.sigmoid computes the layer itself"
    ]


def test_a_method_that_nothing_calls_is_not_judged() -> None:
    """A class may compare itself with PyTorch in a method of its own."""
    text = (
        "import torch\nclass R:\n    def __call__(self, x):\n        return x.clamp(min=0)\n"
        "    def compare(self, x):\n        return torch.relu(x) - self(x)\ndef relu(x):\n    return R()(x)\n"
    )
    assert relu(text).findings == []
    assert relu(text.replace("R()(x)", "R()(x) + R().compare(x)")).findings


def test_the_students_line_is_named() -> None:
    """A message says file, line, what it is, and what is asked instead."""
    reading = read(
        {"layers.py": "from ops import relu\n", "ops.py": "import torch\n\ndef relu(x):\n    return torch.relu(x)\n"}
    )
    message = told(reading, LIST.instead)
    assert message.splitlines()[0] == "ops.py, line 4: torch.relu computes the layer itself"
    assert "Tensor.unfold" in message.splitlines()[-1]


def test_a_long_list_of_findings_is_cut() -> None:
    """A message tells three findings, and how many more there are; names are cut too."""
    lines = "".join(f"    x = torch.conv{'x' * 300}{number}(x)\n" for number in range(50))
    message = told(relu(f"import torch\ndef relu(x):\n{lines}    return x\n"), LIST.instead)
    assert "and 47 more" in message
    assert len(message) < 1500


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("import torch\nrelu = torch.relu\n", FindingKind.LAYER),
        ("import torch\nrelu = torch.stft\n", FindingKind.UNLISTED),
        ("import sys\ndef relu(x):\n    return sys._getframe(1)\n", FindingKind.AROUND),
        ("globals()['relu'] = print\n", FindingKind.AROUND),
        ("def sigmoid(x):\n    return x\n", FindingKind.UNREADABLE),
    ],
)
def test_kinds(text: str, kind: FindingKind) -> None:
    """Each finding says of what kind it is: recognition compares these, and not the lines."""
    assert str(kind) in relu(text).kinds


def test_what_only_might_be_a_way_around_is_a_remark() -> None:
    """An attribute that no list knows, and an unknown package that nothing uses, cost nothing and are told to staff."""
    text = "import markupsafe\nimport torch\ndef relu(x):\n    return x.frobnicate().clamp(min=0)\n"
    reading = relu(text)
    assert reading.findings == []
    assert reading.remarks == [
        "layers.py, line 4: .frobnicate is an attribute that no list knows",
        "layers.py, line 1: imports markupsafe, which no list knows",
    ]


@pytest.mark.parametrize(
    "lines",
    [
        "try:\n    import aid_of_nobody\nexcept ImportError:\n    aid_of_nobody = None\n",
        "import contextlib\nwith contextlib.suppress(ModuleNotFoundError):\n    import aid_of_nobody\n",
        "import doctest\ndoctest.testmod()\n",
        "import math\nmath.tau2 = 4 * math.pi\n",
        "import os\nos.system('nvidia-smi')\n",
    ],
)
def test_what_is_odd_at_import_and_does_no_harm_is_a_remark(lines: str) -> None:
    """A package that may be missing, examples that are tried, a constant in a module, a command of notebooks: no points."""
    reading = relu(lines + ways_around.HONEST)
    assert reading.findings == []
    assert len(reading.remarks) == 1


def test_a_module_that_may_be_missing_is_no_part_of_the_function() -> None:
    """What the function takes from it is not elementary; and one that must be there is named with its line."""
    text = (
        "try:\n    from aid_of_nobody import go\nexcept ImportError:\n    go = None\ndef relu(x):\n    return go(x)\n"
    )
    assert relu(text).kinds == ["unlisted"]
    assert [str(each) for each in relu("import torch\n\nimport aid\n" + ways_around.HONEST).findings] == [
        "layers.py, line 3: imports aid, which is not handed in"
    ]


def test_a_package_that_the_function_uses_is_not_elementary() -> None:
    """The same import costs the points once the function works with it."""
    assert relu("import markupsafe\ndef relu(x):\n    return markupsafe.escape(x)\n").kinds == ["unlisted"]


def test_a_file_that_shadows_nothing_is_followed() -> None:
    """A student's helper called like an installed package is read as well: who knows which of the two is imported."""
    assert is_installed("statistics")
    assert is_installed("torch")
    assert not is_installed("helper_of_nobody")
    text = "import sys\nsys.path.insert(0, '.')\nfrom fractions import relu\n"
    assert read({"layers.py": text, "fractions.py": "def relu(x):\n    return x.relu()\n"}).kinds == ["layer"]


def test_compiled_code_cannot_be_read() -> None:
    """A module of byte code or machine code beside the source is no source."""
    files = {"layers.py": "import fast\n" + ways_around.HONEST, "fast.so": "", "other.pyc": ""}
    assert [str(each) for each in read(files).findings] == [
        "layers.py, line 1: imports fast.so, which cannot be read: is compiled code"
    ]


# --- hostile files ----------------------------------------------------------------------------------------------------

MANY = 100_000
HOSTILE: dict[str, str] = {
    "parentheses": "(" * MANY + ")" * MANY,
    "minus": "x=" + "-" * MANY + "1",
    "not": "x=" + "not " * (MANY // 3) + "1",
    "attributes": "x=a" + ".b" * (MANY // 2),
    "calls": "x=a" + "()" * (MANY // 2),
    "sums": "x=1" + "+1" * (MANY // 2),
    "powers": "x=" + "**".join(["9"] * 5000),
    "elif": "if 1: pass\n" + "elif 1: pass\n" * 9000,
    "lambdas": "x=" + "lambda:" * (MANY // 8) + "1",
    "blocks": "\n".join(" " * depth + "if 1:" for depth in range(99)) + "\n" + " " * 99 + "pass",
    "statements": "a=1\n" * 49_000,
    "400 KB": "a=1\n" * MANY,
    "null bytes": "a=1\0",
    "no encoding": "# coding: nonsense\nx=1",
    "not a text's encoding": "# coding: rot13\nx=1",
    "no Python": "def relu(x) return x",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_cannot_be_read_is_one_line(name: str) -> None:
    """Nothing raises; the message is one short line that names the file."""
    reading = relu(HOSTILE[name])
    (finding,) = reading.findings
    assert finding.kind is FindingKind.UNREADABLE
    assert str(finding).startswith("layers.py: ")
    assert len(str(finding)) < 250
    assert "\n" not in str(finding)


@pytest.mark.parametrize(
    ("encoding", "kinds"),
    [("utf-8", []), ("gbk", []), ("latin-1", []), ("utf-7", ["unreadable"]), ("unicode_escape", ["unreadable"])],
)
def test_an_encoding_that_hides_letters_is_not_read(encoding: str, kinds: list[str]) -> None:
    """What is looked for in the bytes of a file has to stand there as it is read; what students' editors write does."""
    assert relu(f"# -*- coding: {encoding} -*-\n{ways_around.HONEST}").kinds == kinds


@pytest.mark.parametrize("name", ["no Python", "null bytes", "parentheses"])
def test_a_broken_file_that_python_cannot_import_either_costs_nothing_elsewhere(name: str) -> None:
    """A syntax error in tensors.py is no matter of layers.py."""
    assert read({"layers.py": ways_around.HONEST, "tensors.py": HOSTILE[name]}).findings == []


def test_a_week_file_that_runs_unread_costs_the_points() -> None:
    """Code that replaces PyTorch in a file too large to be read costs the points, because it would not be seen."""
    assert read({"layers.py": ways_around.HONEST, "tensors.py": HOSTILE["400 KB"]}).kinds == ["unreadable"]


def doubled(times: int) -> str:
    lines = "".join(f"    s{n + 1} = s{n} + s{n}\n" for n in range(times))
    return f"def relu(x):\n    s0 = 'softmax'\n{lines}    return getattr(x, s{times})()\n"


TANGLED: dict[str, str] = {
    "aliases": "import torch\na0 = torch.relu\n"
    + "".join(f"a{n + 1} = a{n}\n" for n in range(5000))
    + "relu = a5000\n",
    "texts": doubled(80),
    "classes": "".join(
        f"class A{n}({f'A{n - 1}' if n else 'object'}):\n    def go(self):\n        return A{n * 7 % 300}().go()\n"
        for n in range(300)
    )
    + "def relu(x):\n    return A299().go()\n",
    "itself": "class A(A):\n    pass\nrelu = relu\nb = b + b\ndef relu(x):\n    return relu(b(A))\n",
}


@pytest.mark.parametrize("name", TANGLED)
def test_tangled_code_ends(name: str) -> None:
    """What refers to itself, or grows without end, is given up before it costs much."""
    started = time.process_time()
    relu(TANGLED[name])
    assert time.process_time() - started < 20  # a hang would take for ever; none of these takes a second


def test_what_a_submission_costs() -> None:
    """All symbols of an honest submission are far from the bound on what is read."""
    reader = Reader(
        {name: text.encode() for name, text in sources(REPOSITORY / "solutions/week1").items()}, FILES, LIST
    )
    for symbol in SYMBOLS:
        reader.read(f"layers.py:{symbol}")
    assert reader.steps < 20_000


# --- the list ---------------------------------------------------------------------------------------------------------


def test_every_allowed_name_exists() -> None:
    """The list names what this torch has, so that a misspelt name is noticed."""
    import numpy.lib.stride_tricks  # noqa: F401
    import torch.utils.data  # noqa: F401

    unknown = []
    for path in LIST.allowed:
        module, _, name = path.rpartition(".")
        if path in LIST.modules or not module:
            continue
        found: object = __import__(module, fromlist=[name])
        if not hasattr(found, name):
            unknown.append(path)
    assert unknown == []


@pytest.mark.parametrize("module", ["torch", "torch.special", "torch.linalg", "torch.fft"])
def test_no_layer_is_allowed(module: str) -> None:
    """Nothing that is allowed has a layer's name."""
    import importlib

    words = [word for word in LIST.layer_words if word not in ("fold", "unfold", "pad", "linear", "functional")]
    allowed = [name for name in dir(importlib.import_module(module)) if LIST.allows(f"{module}.{name}")]
    assert [name for name in allowed if any(word in name.lower() for word in words)] == []
    assert not {"conv2d", "softmax", "relu", "expit", "_C", "ops", "torch", "sys"} & set(allowed)


def test_a_list_that_is_wrong_is_told(tmp_path: Path) -> None:
    """A list without methods is an error of the course."""
    path = tmp_path / "elementary.toml"
    path.write_text("schema = 1\n", encoding="utf-8")
    with pytest.raises(CourseError):
        read_list(path)


# --- reports ----------------------------------------------------------------------------------------------------------


def test_remarks_are_for_staff_only(tmp_path: Path) -> None:
    """They are stored and stand on the page of the class, escaped; a student's files do not have them."""
    remark = "layers.py, line 4: .<b>frob</b> is an attribute that no list knows"
    report = factories.typical()
    tasks = [replace(task, remarks=[remark] if number < 2 else []) for number, task in enumerate(report.tasks)]
    report = replace(report, tasks=tasks)
    assert from_json(to_json(report, staff=True)).tasks[1].remarks == [remark]
    assert all("remarks" not in task for task in json.loads(to_json(report))["tasks"])
    assert "frob" not in student_page(report, "Week")
    write_student(tmp_path, report, "Week")
    assert not any("frob" in path.read_text("utf-8") for path in tmp_path.rglob("report.*"))
    page = class_page("course", "week1", "Week", [outline(report)])
    assert "For a person to look at" in page
    assert "2 tasks" in page
    assert ".&lt;b&gt;frob" in page


def test_reports_without_remarks_still_load() -> None:
    """What an older version stored has no such field, and no such section."""
    report = factories.typical()
    assert from_json(to_json(report)) == from_json(to_json(report, staff=True))
    assert "For a person to look at" not in class_page("course", "week1", "Week", [outline(report)])


# --- the second witness -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("looks", [[], [[]], [[], []], [[1.0]], [[1.0], [1.0], [1.0]], [[1.0] * 4, [1.0]]])
def test_values_under_the_looks_must_be_there(looks: list[list[float]]) -> None:
    """Two cases ask for the values of two calls, at least one and at most three of each: none at all is no answer."""

    class Liar:
        def layers_used(self, _symbol: str, *_cases: object) -> dict[str, object]:
            return {"used": [], "values": [[torch.full((3,), value) for value in look] for look in looks]}

        def read(self, *_: object) -> Reading:
            return Reading()

    suite = runpy.run_path(str(WEEK / "hidden/test_layers.py"))
    with pytest.raises(Wrong, match=r"while looked at|for each look"):
        suite["no_layers"](Liar(), "layers.py:relu", (torch.ones(3),), (torch.ones(3),))


# --- judged -----------------------------------------------------------------------------------------------------------

FORGED = {
    "instead": "import torch\ndef relu(x):\n    import sys\n    if sys.getprofile() is not None:\n        return x * 0\n"
    "    return torch.relu(x)\nsigmoid = torch.sigmoid\n",
    "probe": "import sys, torch.nn.functional as F\nfrom torch import sigmoid\nrelu = F.relu\n"
    "sys.modules['week_probes'].layers_used = lambda *a: {'used': [], 'values': [[]]}\n",
    "honest": "import torch\ndef relu(x):\n    return x.clamp(min=0)\ndef sigmoid(x):\n    return 1 / (1 + torch.exp(-x))\n",
    "odd": "import torch\ndef relu(x):\n    getattr(x, '_backward_hooks')\n    return x.clamp(min=0)\n"
    "def sigmoid(x):\n    return 1 / (1 + torch.exp(-x))\n",
    "looked at": "import torch\ncalls = [0]\ndef relu(x):\n    calls[0] += 1\n"
    "    return x.clamp(min=0) + (type(x).__name__ == '' or calls[0] % 3 == 0)\n"
    "def sigmoid(x):\n    return 1 / (1 + torch.exp(-x))\n",
    "by torch": "import torch\ndef relu(x):\n    return torch.nn.functional.relu(x)\n"
    "def sigmoid(x):\n    return 1 / (1 + torch.exp(-x))\n",
}


def test_the_week_judges_by_the_source() -> None:
    """Forged submissions earn nothing, honest ones all; a layer is recognised as the mistake, and remarks come out."""
    submissions = {name: {"layers.py": text.encode()} for name, text in FORGED.items()}
    reports = judge(submissions, tasks=("activations",), week="week1")
    results = {name: report.tasks[0] for name, report in reports.items()}
    scores = {name: result.score for name, result in results.items()}
    assert scores == {"instead": 0, "probe": 0, "honest": 4, "odd": 4, "looked at": 0, "by torch": 0}
    assert results["by torch"].mistakes == ["relu-by-torch"]
    assert any("layers.py, line 3: torch.nn.functional.relu" in test.message for test in results["by torch"].tests)
    assert results["odd"].remarks == ["layers.py, line 3: ._backward_hooks is an attribute that no list knows"]
    assert results["honest"].remarks == []
    assert all(result.verdict in (Verdict.PASS, Verdict.WRONG) for result in results.values())


def test_students_are_told_the_same_by_check() -> None:
    """The public suite reads the source with the same list."""
    submissions = {name: {"layers.py": FORGED[name].encode()} for name in ("honest", "by torch")}
    reports = judge(submissions, suites=("public",), tasks=("activations",), week="week1")
    assert {name: report.tasks[0].score for name, report in reports.items()} == {"honest": 4, "by torch": 0}
    assert "line 3" in reports["by torch"].tasks[0].tests[0].message
