"""What leaves the inside has a form and a size: figures, messages, notes, answers, and the reports made of them."""

from __future__ import annotations

import io
import json
import math
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from cnngrade.course.assignment import Limits, Task
from cnngrade.judge.compare import of_type, same, tensor
from cnngrade.judge.failures import Failure, Wrong, of_exception
from cnngrade.judge.grading import task_result
from cnngrade.judge.outcome import Outcome
from cnngrade.judge.sketches import Sketch, sketched
from cnngrade.judge.suite import expect
from cnngrade.judge.values import held, short_tensors, show
from cnngrade.records import gate
from cnngrade.records.json import from_json, to_json
from cnngrade.records.report import Report, TaskResult, TestResult, Verdict, WrittenResult
from cnngrade.reports.html import student_page
from cnngrade.reports.terminal import task_table
from cnngrade.sandbox.inside import wire
from cnngrade.sandbox.inside.wire import Frame, Opaque
from tests.support import factories
from tests.support.judging import REPOSITORY, judge

MOST = 200_000  # bytes of a student's text in one report
NAN, INF = math.nan, math.inf

# --- every value that the wire carries --------------------------------------------------------------------------------

TEXTS = st.one_of(
    st.text(max_size=30),
    st.text(st.characters(exclude_categories=()), max_size=30),  # lone surrogates and controls too
    st.builds(lambda text, times: text * times, st.text(min_size=1, max_size=4), st.sampled_from([1000, 30_000])),
    st.sampled_from(
        ["\n" * 5000, "<b>&\"'" * 900, "\x1b[2J", "\u202e" * 5000, "expected 1 got 2\n" * 900, "٣" * 20_000]
    ),
)
NUMBERS = st.one_of(
    st.integers(-(2**63), 2**63 - 1), st.floats(), st.sampled_from([0, 1, 255, 1e308, -1e308, 5e-324, NAN, INF, -INF])
)
SHAPES = st.sampled_from([(), (0,), (3,), (10, 10), (28, 28), (3, 8, 8), (1, 2) * 4, (0, 2**40), (2,) * 16, (70_000,)])
DTYPES = st.sampled_from([getattr(torch, name) for name in wire._DTYPES])


@st.composite
def tensors(draw: Any) -> torch.Tensor:
    x = torch.randint(0, 2, draw(SHAPES)).to(draw(DTYPES))
    if x.is_floating_point() and x.numel():
        x.view(-1)[0] = draw(st.sampled_from([0.5, NAN, INF]))
    return x


LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    NUMBERS,
    TEXTS,
    st.binary(max_size=20),
    tensors(),
    st.builds(Opaque, st.text(max_size=80), st.text(max_size=200)),
)


def containers(children: Any) -> Any:
    repeated = st.builds(lambda item, times: [item] * times, LEAVES, st.sampled_from([10, 301, 1500]))
    return st.one_of(
        st.lists(children, max_size=5),
        st.lists(children, max_size=5).map(tuple),
        st.dictionaries(TEXTS, children, max_size=4),
        st.lists(st.lists(NUMBERS, min_size=3, max_size=3), min_size=3, max_size=3),
        repeated,
    )


VALUES = st.recursive(LEAVES, containers, max_leaves=8)
SOME = settings(max_examples=60, derandomize=True, deadline=None, database=None)
MANY = settings(SOME, max_examples=250)


def over(value: Any) -> Any:
    """`value` as a side hands it to a suite; a text where the wire refuses it."""
    return held(sent(value))


def sent(value: Any) -> Any:
    """`value` as the wire hands it to a side; a text where the wire refuses it."""
    try:
        reply = wire.decode_reply(wire.encode_reply(wire.Returned(value)))
    except wire.WireError as error:
        return str(error)
    assert isinstance(reply, wire.Returned)
    return reply.value


def said(claim: Any) -> str:
    """What a failed claim says, as the judge hands it on; nothing where the claim holds."""
    try:
        claim()
    except Wrong as wrong:
        return gate.message(str(wrong))
    return ""


def messages(got: Any) -> list[str]:
    """What suites say of a value: by comparison, by type, and in f-strings that nobody has thought about."""
    expected = [
        None,
        True,
        3,
        2.5,
        "a",
        b"b",
        [1, 2],
        (1, 2),
        {"a": 1},
        torch.zeros(3),
        torch.arange(3),
        [torch.zeros(2)],
    ]
    with short_tensors():
        claims = [lambda one=one: same(got, one, f"what was {got}") for one in expected]
        claims += [lambda kind=kind: of_type(got, kind) for kind in (int, list, dict, torch.Tensor)]
        claims += [
            lambda: tensor(got, (None, 2)),
            lambda: expect(False, f"expected 3, got {got}"),
            lambda: expect(False, f"expected 3, got {got!r} and {[got, got]} and {got!s:>10}"),
        ]
        return [text for claim in claims if (text := said(claim))]


# --- pages ------------------------------------------------------------------------------------------------------------


class Texts(HTMLParser):
    """A page's tags, and its text as a reader sees it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append(tag)


def failed(message: str, number: int = 0) -> TestResult:
    return TestResult(f"test_{number}", f"Claim {number} holds.", Verdict.WRONG, message)


def reported(texts: list[str], figures: dict[str, Any], notes: list[str], answers: list[str]) -> Report:
    tests = [failed(text, number) for number, text in enumerate(texts)]
    tasks = [factories.task("lenet-accuracy", verdict=Verdict.WRONG, score=0.0, tests=tests, figures=figures)]
    written = [WrittenResult(f"question-{number}", None, 3.0, text) for number, text in enumerate(answers)]
    return factories.report(tasks, written, notes=notes)


def rendered(report: Report) -> tuple[str, str]:
    """report.json and report.html as they are written, and what a terminal prints."""
    text = to_json(report)
    json.loads(text)
    again = from_json(text)
    assert to_json(again) == text, "what has passed once passes again unchanged"
    page = student_page(again, "A week")
    page.encode()
    task_table(gate.admitted(report), Console(file=io.StringIO(), width=80))
    return text, page


def is_sized(report: Report) -> None:
    """Both files are larger than those of a report without a student's text by no more than the limit."""
    empty = replace(
        report,
        tasks=[replace(task, tests=[replace(test, message="") for test in task.tests]) for task in report.tasks],
        written=[replace(answer, answer="") for answer in report.written],
        notes=[],
    )
    for ours, bare in zip(rendered(report), rendered(empty), strict=True):
        assert len(ours.encode()) - len(bare.encode()) < MOST


# --- driven by hypothesis ---------------------------------------------------------------------------------------------


@MANY
@given(VALUES)
def test_whatever_comes_makes_short_messages(value: Any) -> None:
    """Compared or formatted, a value from inside becomes texts of at most 4,000 characters, and nothing raises but `Wrong`."""
    got = over(value)
    for text in [*messages(got), show(got)]:
        assert len(text) <= gate.MESSAGE
        assert gate.message(text) == text


@MANY
@given(st.dictionaries(st.sampled_from([*gate._FORMS, "spread", "a" * 101]), VALUES, max_size=6))
def test_whatever_is_noted_as_a_figure_can_be_written(found: dict[str, Any]) -> None:
    """A figure is of its form or dropped by name: what is left is finite, and passes again unchanged."""
    kept = gate.figures({name: over(value) for name, value in found.items()})
    json.dumps(kept, allow_nan=False).encode()
    assert gate.figures(kept) == kept
    assert {*found} - {"dropped", "a" * 101} <= {*kept, *kept.get("dropped", [])}


@settings(SOME, max_examples=40)
@given(
    st.one_of(VALUES, st.lists(NUMBERS, min_size=1, max_size=300)),
    st.sampled_from(["losses", "losses", "confusion", "misclassified", "comparison", "accuracy", "data", "classes"]),
)
def test_whatever_is_noted_can_be_drawn(value: Any, name: str) -> None:
    """A page is drawn from any figure, in no more than a few thousand points; with others beside it too."""
    got = over(value)
    honest = {"confusion": [[8, 1], [0, 9]], "classes": ["cat", "dog"], "epochs": 3, "accuracy": 0.9, "threshold": 0.5}
    for figures in ({name: got}, honest | {name: got}):
        _, page = rendered(reported(["no"], figures, [], []))
        assert len(Texts(page).tags) < 4000
        assert len(page) < 400_000


@SOME
@given(st.lists(VALUES, max_size=4), st.lists(TEXTS, max_size=8), st.lists(TEXTS, max_size=4), st.integers(1, 40))
def test_reports_stay_small(values: list[Any], notes: list[str], answers: list[str], times: int) -> None:
    """Messages, notes and written answers together bring less than 200 KB into report.json, and into report.html."""
    texts = [text for value in values for text in messages(over(value))]
    is_sized(reported((texts * times)[:300], {}, notes * times, answers))


@MANY
@given(TEXTS, TEXTS, TEXTS, st.lists(st.builds(Frame, TEXTS, st.integers(), TEXTS, TEXTS), max_size=3))
def test_whatever_is_raised_makes_a_short_message(kind: str, name: str, text: str, frames: list[Frame]) -> None:
    """An exception from inside, its name, its message and its frames are cut to a few thousand characters."""
    failure = of_exception(kind, name, text, frames)
    assert len(failure.message) <= gate.MESSAGE
    assert len(failure.signature) <= gate.MESSAGE
    failure.message.encode()


@MANY
@given(VALUES)
def test_whatever_is_remembered_is_small_and_fits_itself(value: Any) -> None:
    """An answer is kept whole or as a sketch that knows it again: less than 300 KB either way."""
    got = sent(value)
    kept = sketched(got)
    if isinstance(kept, Sketch):
        assert kept.fits(got)
        assert (kept.numbers.numel() + kept.slack.numel()) * 8 < 300_000
    else:
        assert len(wire.encode_reply(wire.Returned(got))) < 300_000


# --- kind by kind -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("losses", "kept"),
    [
        ([1.0, 0.5], [1.0, 0.5]),
        ((3, 2), [3, 2]),
        ([], []),
        ([NAN, INF, -INF, 1e308, None, 1.0], [None] * 5 + [1.0]),
        (np.array([1.0, NAN]), [1.0, None]),
        (torch.tensor([0.5, 0.25]), [0.5, 0.25]),
        ([np.float32(0.5), torch.tensor(2)], [0.5, 2]),
        ([0.5] * 300, [0.5] * 300),
    ],
)
def test_losses_are_finite_numbers(losses: Any, kept: list[float | None]) -> None:
    """What is not finite, or beyond what can be drawn, is None; arrays become lists."""
    assert gate.figures({"losses": losses}) == {"losses": kept}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[
            ("losses", bad)
            for bad in ("abc", 3.0, {"a": 1}, [[1.0]], ["1"], [True], [10**400], [0.5] * 301, b"ab", [1j])
        ],
        ("losses", Opaque("list", "[1.0]")),
        ("losses", torch.zeros(10**6)),
        ("accuracy", "0.9"),
        ("accuracy", 1.5),
        ("data", "x" * 101),
        ("data", 3),
        ("epochs", 0),
        ("attempts", -1),
        ("seconds", NAN),
        ("confusion", [[1, 2], [3]]),
        ("confusion", [[1, 2.5], [3, 4]]),
        ("confusion", [[1] * 101] * 101),
        ("classes", ["x" * 101]),
        ("classes", "0123456789"),
        ("misclassified", [{"image": [[256]], "truth": 1, "answer": 2}]),
        ("misclassified", [{"image": [[1], [2, 3]], "truth": 1, "answer": 2}]),
        ("misclassified", [{"image": [[[1, 2], [3, 4]]] * 2, "truth": 1, "answer": 2}]),
        ("misclassified", [{"image": [[1] * 400] * 400, "truth": 1, "answer": 2}]),
        ("misclassified", [{"image": [1, 2], "truth": 1, "answer": 2}]),
        ("misclassified", [{"truth": 1, "answer": 2}]),
        ("misclassified", [{"image": [[1]], "truth": 1, "answer": 2}] * 17),
        ("comparison", [{"net": "A", "permuted": False}]),
        ("comparison", [{"net": "A", "permuted": False, "accuracy": 2}]),
        ("comparison", [{"net": "A", "permuted": False, "accuracy": 0.5}] * 21),
        ("spread", "a text"),
        ("spread", {"a": 1}),
    ],
)
def test_a_figure_that_is_not_of_its_form_is_dropped(name: str, value: Any) -> None:
    """It is left out, named, and the page that lacks it says so; the others stay."""
    kept = gate.figures({name: value, "threshold": 0.5})
    assert kept == {"threshold": 0.5, "dropped": [name]}
    assert f"not of the form that a report has: {name}." in rendered(reported([], kept, [], []))[1]


@pytest.mark.parametrize(
    "figures", [factories.digit_figures(), factories.colour_figures(), factories.experiment_figures()]
)
def test_honest_figures_pass_unchanged(figures: dict[str, Any]) -> None:
    """What our own training leaves behind goes through as it is, a suite's own numbers too."""
    more = {"deviation": 0.25, "is_stable": True, "norms": [1.0, 2.0]}
    assert gate.figures(figures | more) == figures | more


def test_no_suite_can_forget_the_gate() -> None:
    """A suite may put anything into `figures`: the task's result holds only what can be stored."""
    task = Task("t", "T", 1.0, ("models.py:f",), Limits(seconds=1, memory_mb=1, output_kb=1), (), (), None, 0)
    result = TestResult("test", "claim", Verdict.PASS)
    outcomes = [Outcome("t", result, {"losses": "abc", "epochs": 3}, [], 0)]
    assert task_result(task, outcomes, None).figures == {"epochs": 3, "dropped": ["losses"]}


@pytest.mark.parametrize(
    "figures", [{"losses": "abc"}, {"losses": [0.1] * 150_000}, {"confusion": 3, "data": "x" * 10**6}]
)
def test_a_report_that_was_stored_before_can_be_read(figures: dict[str, Any]) -> None:
    """Of what an earlier version has stored, only what can be drawn is read; the written answers stay what was marked."""
    long = "An essay. " * 10_000
    plain = json.loads(to_json(reported(["no"], {}, [], ["A."])))
    plain["tasks"][0]["figures"] = figures
    plain["tasks"][0]["tests"][0]["message"] = "y" * 10**6
    plain["written"][0]["answer"] = long
    old = from_json(json.dumps(plain))
    assert len(old.tasks[0].tests[0].message) <= gate.MESSAGE
    assert old.written[0].answer == long
    _, page = rendered(old)
    assert len(page) < MOST


def test_a_long_message_keeps_its_beginning() -> None:
    """What a message says first tells most: 4,000 characters of it, in a hundred lines, and a word that it was cut."""
    assert gate.message("short\nand plain") == "short\nand plain"
    for text in ("x" * 10**6, "line\n" * 10**5):
        kept = gate.message(text)
        assert len(kept) <= 4000
        assert kept.count("\n") < 100
        assert text.startswith(kept.removesuffix("\n... (cut)"))
        assert kept.endswith("(cut)")


def test_honest_reports_are_not_cut() -> None:
    """Two hundred failed claims of a line, thirty remarks and essays of two pages stay as they are."""
    report = reported(
        [f"conv2d(x, weight): expected shape (2, 3, {number}), got (2, 3, 4)\n  at layers.py:{number} in conv2d: y = x" * 2
         for number in range(200)],
        {}, ["notes.txt is not used by the grader"] * 30, ["A convolution shares its weights.\n\n" * 150] * 8,
    )  # fmt: skip
    assert gate.admitted(report) == report


def test_a_flood_is_shared_out() -> None:
    """Where all messages together are too long, each keeps its beginning, and none takes another's room."""
    report = gate.admitted(reported([f"{number}: " + "x" * 4000 for number in range(300)], {}, [], []))
    kept = [test.message for test in report.tasks[0].tests]
    assert all(text.startswith(f"{number}: xxx") for number, text in enumerate(kept))
    assert 40_000 < sum(map(len, kept)) < 100_000


@pytest.mark.parametrize(
    "value",
    [
        [[[[7] * 9] * 9] * 9] * 9,
        {f"key {k}": [k] * 9 for k in range(10**5)},
        ["x" * 10**7] * 5,
        b"\xff" * 10**7,
        10**5000,
        [10**5000, -(10**5000)],
        torch.zeros(10**7),
        torch.zeros([3] * 12),
        [torch.rand(4, 4)] * 10**4,
        {"\x1b\ud800": "\ud800\x07"},
        [NAN, INF, -INF],
    ],
    ids=lambda value: type(value).__name__,
)
def test_anything_is_shown_in_a_line(value: Any) -> None:
    """Any value that a suite formats is short: a budget of parts and characters limits its text, not its size."""
    with short_tensors():
        for text in (
            show(value),
            show(held(value)),
            f"{held(value if not isinstance(value, str | bytes | int) else [value])}",
        ):
            assert len(text) < 2500
            assert "\x1b" not in text
            text.encode()


def test_tensors_show_their_few_numbers() -> None:
    """While suites run, a tensor of few numbers shows them, others their shape; afterwards PyTorch's own text is back."""
    before = repr(torch.zeros(2))
    with short_tensors():
        assert f"{torch.tensor([1.0, 2.5])}" == "tensor([1, 2.5])"
        assert f"{torch.zeros(9, 9)!r}" == "tensor of shape (9, 9), float32"
        assert f"{torch.tensor(0.25):.3f}" == "0.250"
        assert str([torch.zeros(3, 9)]) == "[tensor of shape (3, 9), float32]"
    assert repr(torch.zeros(2)) == before == "tensor([0., 0.])"


def test_values_from_inside_behave_like_what_they_are() -> None:
    """Lists, tuples and dicts from inside compare, unpack, stack and travel as others do; a name that is missing is wrong."""
    got = held({"a": [1, (2.0, torch.ones(2))], "b": {"c": [torch.zeros(2), torch.ones(2)]}})
    assert got["a"][0] == 1
    assert got["b"] == {"c": got["b"]["c"]}
    assert torch.stack(got["b"]["c"]).shape == (2, 2)
    first, (second, _) = got["a"]
    assert (first, second) == (1, 2.0)
    assert repr(over(got)) == repr(got)
    with pytest.raises(Wrong, match="no 'd'"):
        got["b"]["d"]


# --- sketches ---------------------------------------------------------------------------------------------------------


def large(seed: int = 0, **changes: Any) -> dict[str, Any]:
    x = torch.randn(2, 3, 100, 100, generator=torch.Generator().manual_seed(seed))
    return {"output": x, "sizes": [1, 2], "loss": 0.5, "mask": x > 0} | changes


def test_large_answers_are_kept_as_sketches() -> None:
    """An answer of a few numbers is kept as it is; one of many as a sketch of some KB."""
    small = {"a": 1, "b": [2.0]}
    assert sketched(small) is small
    kept = sketched(large())
    assert isinstance(kept, Sketch)
    assert kept.numbers.numel() < 4000


def test_a_sketch_knows_an_answer_that_differs_by_rounding() -> None:
    """Other sums, other orders: differences of float32's rounding, within the tolerance of `same`."""
    x = large()["output"]
    kept = Sketch.of(large())
    assert kept.fits(large())
    assert kept.fits(large(output=x * (1 + 1e-5)))
    assert kept.fits(large(output=x + 1e-6))
    assert kept.fits(large(loss=0.5 + 1e-7))


@pytest.mark.parametrize(
    "changes",
    [
        {"sizes": [1, 3]},
        {"sizes": (1, 2)},
        {"loss": 0.6},
        {"loss": 1},
        {"more": None},
        {"mask": large(1)["mask"]},
        {"output": large(1)["output"]},
        {"output": large()["output"] * 1.01},
        {"output": large()["output"].double()},
        {"output": large()["output"].reshape(2, 3, 10_000)},
        {"output": large()["output"].relu()},
        {"output": torch.where(torch.arange(100) == 99, 0.0, large()["output"])},  # one column of a hundred
        {"output": torch.where(torch.arange(100)[:, None] == 0, 9.0, large()["output"])},  # one row
        {"output": large()["output"].index_fill(0, torch.tensor([1]), NAN)},
        {"output": large()["output"].flip(-1)},
    ],
    ids=lambda changes: "".join(changes),
)
def test_a_sketch_tells_another_answer_apart(changes: dict[str, Any]) -> None:
    """Another form, another number outside tensors, a tensor that differs in a row, a column, its order or its type."""
    assert not Sketch.of(large()).fits(large(**changes))
    assert not Sketch.of(large(**changes)).fits(large())


def test_failures_are_told_apart_by_what_they_say() -> None:
    """The part of a signature that the inside names is short, even if the inside sends much."""
    assert len(of_exception("k" * 10**6, "E" * 10**6, "m" * 10**6, []).signature) < 2500
    assert isinstance(of_exception("crash", "E", "m", []), Failure)


def test_task_results_are_gated_in_every_report() -> None:
    """A report that never saw the judge's gate is written through the same one."""
    task = TaskResult("t", "T", [], 0.0, 1.0, Verdict.WRONG, tests=[failed("z" * 10**6)], figures={"losses": "abc"})
    stored = from_json(to_json(factories.report([task])))
    assert len(stored.tasks[0].tests[0].message) <= gate.MESSAGE
    assert stored.tasks[0].figures == {"dropped": ["losses"]}


# --- the whole way ----------------------------------------------------------------------------------------------------

FLOODS = {
    "tensors": "{str(k): torch.rand(3, 3, 3, 3, 3, 3) for k in range(1500)}",
    "nested": "[[[(k, str(k) * 9, [k] * 9) for k in range(25)] for _ in range(8)] for _ in range(8)]",
    "text": "'\\x1b[31m<b>&\\n' * 20_000",
    "wide": "torch.zeros([3] * 15, dtype=torch.uint8)",
    "raises": "(_ for _ in ()).throw(ValueError('x<>&\\n' * 10**6))",
    "named": "type('N' * 10**6, (), {'__repr__': lambda self: 'r' * 10**6})()",
}


def test_floods_become_small_reports() -> None:
    """A submission that floods every answer loses points and gets a short report; a neighbour gets its full report."""
    files = {path.name: path.read_bytes() for path in (REPOSITORY / "solutions" / "week1").glob("*.py")}
    submissions = {"ada": files}
    for name, answer in FLOODS.items():
        flood = f"import torch\ndef autograd_example(): return {answer}\n"
        submissions[name] = files | {"tensors.py": flood.encode()}
    reports = judge(submissions, tasks=("autograd",), week="week1")
    assert reports["ada"].auto_score == reports["ada"].auto_max_score
    for name in FLOODS:
        assert {task.verdict for task in reports[name].tasks} <= {Verdict.WRONG, Verdict.CRASH}
        assert reports[name].auto_score == 0
        assert all(test.message for task in reports[name].tasks for test in task.tests)
        text, page = rendered(reports[name])
        assert len(text.encode()) < MOST
        assert len(page.encode()) < MOST
