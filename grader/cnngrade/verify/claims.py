"""What has to hold of a week's suites, and what of it does not. Each claim is a function from the evidence to findings."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cnngrade.course.starter import strip
from cnngrade.errors import CourseError
from cnngrade.judge.grading import task_verdict
from cnngrade.records.report import TaskResult, TestResult, Verdict
from cnngrade.verify.bench import Judged
from cnngrade.verify.dependence import definitions
from cnngrade.verify.week import Evidence

SUITE_SECONDS = 16.0  # of `check` without training: 20, of which starting takes 4
SUITE_MEGABYTES = 2000.0
_NAMEABLE = (Verdict.WRONG, Verdict.CRASH)  # the verdicts under which a mistake is recognised


@dataclass(frozen=True)
class Unproven:
    """One thing that does not hold: of which claim, for what, what is wrong, and what to do."""

    claim: str
    subject: str
    message: str
    advice: str

    def __str__(self) -> str:
        return f"{self.subject}: {self.message}. {self.advice}"


def lost(judged: Judged) -> dict[str, TaskResult]:
    """The tasks that were judged and not passed, by id."""
    return {task.id: task for task in judged.tasks if task.verdict not in (Verdict.PASS, Verdict.NOT_GRADED)}


def reference_earns_all(evidence: Evidence) -> Iterator[Unproven]:
    """The reference earns all points, in the hidden and in the public suite."""
    for task in lost(evidence.reference).values():
        yield Unproven("reference", task.id, f"the reference loses it ({_why(task)})", "Mend the test or the reference")


def starter_is_missing(evidence: Evidence) -> Iterator[Unproven]:
    """The starter earns nothing, politely: every task is `missing`; and it is what the reference makes of it."""
    for task in evidence.starter.tasks:
        if task.verdict not in (Verdict.MISSING, Verdict.NOT_GRADED):
            detail = f" ({_why(task)})" if task.verdict is not Verdict.PASS else ""
            yield Unproven(
                "starter", task.id, f"the starter's verdict is {task.verdict}, not missing{detail}",
                "The task's functions raise NotImplementedError in the starter, and probes let it pass",
            )  # fmt: skip
    for name, content in evidence.files.items():
        try:
            expected = strip(content.decode(), evidence.week.folder / name)
        except CourseError as error:
            yield Unproven("starter", name, str(error.problems[0]), "Mend the marks in the reference")
            continue
        if evidence.starter_files[name].decode() != expected:
            yield Unproven("starter", name, "the starter is not what the reference gives", "Write the starter anew")


def samples_earn_their_verdict(evidence: Evidence) -> Iterator[Unproven]:
    """Correct samples earn all points; every other sample loses points, and with the verdict of its folder alone."""
    for (verdict, name), judged in evidence.samples.items():
        failed = lost(judged)
        where = f"{verdict}/{name}"
        if verdict == Verdict.PASS:
            for task in failed.values():
                yield Unproven(
                    "samples", where, f"a correct sample loses {task.id} ({_why(task)})",
                    "No correct submission may lose a point: judge less, or mend the sample",
                )  # fmt: skip
        elif not failed and not evidence_is_partial(evidence):
            yield Unproven("samples", where, "loses nothing", f"A sample in {verdict}/ loses a task with that verdict")
        else:
            for task in failed.values():
                if task.verdict != verdict:
                    yield Unproven(
                        "samples", where, f"{task.id} is {task.verdict} ({_why(task)})",
                        f"A sample in {verdict}/ has that verdict wherever it loses",
                    )  # fmt: skip


def mistakes_lose_their_task(evidence: Evidence) -> Iterator[Unproven]:
    """Each known mistake loses its task."""
    for mistake, judged in evidence.mistakes:
        result = judged.task(mistake.task)
        if result and result.verdict is Verdict.PASS:
            yield Unproven("lose", mistake.id, f"does not lose {mistake.task}", "Write the hidden test that catches it")


def mistakes_lose_nothing_else(evidence: Evidence) -> Iterator[Unproven]:
    """A known mistake loses no task that does not depend on it, and the grader never takes it for its own error."""
    for mistake, judged in evidence.mistakes:
        for task in lost(judged).values():
            if task.verdict is Verdict.GRADER_ERROR:
                yield Unproven(
                    "only", mistake.id, f"{task.id} ends in a grader error ({_why(task)})",
                    "The reference fails there too: mend the test or the probe",
                )  # fmt: skip
            elif task.id not in (mistake.task, *mistake.also):
                yield Unproven(
                    "only", mistake.id, f"loses {task.id} too ({_why(task)})",
                    "Judge that task by itself, or state ALSO where it depends on the mistake",
                )  # fmt: skip


def mistakes_are_named(evidence: Evidence) -> Iterator[Unproven]:
    """A known mistake gets its own hint: it is named where it loses its task by an answer, and alone."""
    for mistake, judged in evidence.mistakes:
        result = judged.task(mistake.task)
        trained = any(task.id == mistake.task and task.data for task in evidence.tasks)
        if not result or result.verdict not in _NAMEABLE:
            continue
        if mistake.id not in result.mistakes and not trained:  # two trainings of one recipe are not alike
            yield Unproven(
                "named", mistake.id, "is not recognised", "It answers differently each time: fix its seeds, or drop it"
            )
        elif mistake.id in result.mistakes and mistake.hint not in (result.hint or ""):
            yield Unproven("named", mistake.id, "its hint is not shown", "This is the grader's error")


def mistakes_are_named_rightly(evidence: Evidence) -> Iterator[Unproven]:
    """No known mistake gets the hint of another one.

    In a task that it makes fail by the way (its ALSO), a mistake of that task may be named: the task answers just like it.
    """
    for mistake, judged in evidence.mistakes:
        for task in judged.tasks:
            if task.id in mistake.also:
                continue
            if others := [name for name in task.mistakes if name != mistake.id]:
                yield Unproven(
                    "alone", mistake.id, f"{', '.join(others)} is named for it in {task.id}",
                    "Ask a question that tells them apart, or keep one of them",
                )  # fmt: skip


def public_follows_hidden(evidence: Evidence) -> Iterator[Unproven]:
    """What passes a task's hidden tests passes its public ones."""
    failing: dict[tuple[str, str], list[tuple[str, TestResult]]] = {}
    for name, judged in evidence.judged():
        for task, tests in judged.public.items():
            for test in tests:
                if test.verdict not in (Verdict.PASS, Verdict.NOT_GRADED):
                    failing.setdefault((task, test.id), []).append((name, test))
    for (task, test_id), found in failing.items():
        name, test = found[0]
        more = f" (so do {len(found) - 1} more)" if len(found) > 1 else ""
        yield Unproven(
            "public", task, f"{name} passes the hidden tests{more}, but public {test_id} says {test.verdict}"
            f" ({_first_line(test.message)})", "Judge it in the hidden suite too, or leave it out",
        )  # fmt: skip


def no_lie_earns_a_task(evidence: Evidence) -> Iterator[Unproven]:
    """No task is earned by an inside without any student code."""
    for task, lie in evidence.lied.earned.items():
        yield Unproven(
            "liar", task, f"an inside without any code earns it by {lie}",
            "Draw what is asked (`images`, `rng`), so that the answer has to be computed",
        )  # fmt: skip


def mistakes_are_caught_by_evidence(evidence: Evidence) -> Iterator[Unproven]:
    """No known mistake is caught by claims alone: what it does wrong, a test that a lie cannot pass asks for too."""
    for mistake, judged in evidence.mistakes:
        result = judged.task(mistake.task)
        failed = [test.id for test in result.tests if test.verdict is not Verdict.PASS] if result else []
        kinds = evidence.lied.claims.get(mistake.task, {})
        if failed and all(kinds.get(test) for test in failed):
            yield Unproven(
                "liar", mistake.id, f"only claims catch it ({', '.join(failed[:3])})",
                "Let a value show it that depends on what is drawn, in these tests or in another of the task",
            )  # fmt: skip


def every_test_can_fail(evidence: Evidence) -> Iterator[Unproven]:
    """Each hidden test fails for a known mistake (that of an accuracy task at least for the starter)."""
    failed = {
        (task.id, test.id)
        for _, judged in evidence.mistakes
        for task in judged.tasks
        for test in task.tests
        if test.verdict is not Verdict.PASS
    }
    trained = {task.id for task in evidence.tasks if task.data}
    failed |= {(task.id, test.id) for task in evidence.starter.tasks if task.id in trained for test in task.tests}
    for task in evidence.reference.tasks:
        for test in task.tests:
            if (task.id, test.id) not in failed:
                yield Unproven(
                    "tests", task.id, f"hidden {test.id} passes for every known mistake",
                    "Add the mistake that it is there to catch, or drop it",
                )  # fmt: skip


def every_row_is_judged(evidence: Evidence) -> Iterator[Unproven]:
    """All that the starter leaves to the student is among some task's symbols, and every symbol exists."""
    known = definitions(evidence.files)
    judged = {symbol: task.id for task in evidence.week.tasks for symbol in task.symbols}
    for symbol, task in judged.items():
        if tuple(symbol.split(":")) not in known:
            yield Unproven("rows", task, f"there is no {symbol} in the reference", "Mend `symbols` in assignment.toml")
    starter = {symbol: ast.dump(node) for symbol, node in definitions(evidence.starter_files).items()}
    for (file, name), node in known.items():
        left_to_do = starter.get((file, name)) != ast.dump(node)
        if left_to_do and not name.startswith("_") and f"{file}:{name}" not in judged:
            yield Unproven(
                "rows", f"{file}:{name}", "no task judges it", "Name it in the `symbols` of the task that does"
            )


def suite_is_quick(evidence: Evidence) -> Iterator[Unproven]:
    """`check` of the week without training takes under 20 seconds and 2 GB."""
    quick = {task.id for task in evidence.tasks if not task.data}
    spent = sum(seconds for task, seconds in evidence.reference.seconds.items() if task in quick)
    if spent > SUITE_SECONDS:
        yield Unproven(
            "costs", "the hidden suite", f"computes {spent:.1f} s on the reference, more than {SUITE_SECONDS:.0f}",
            "Ask big nets fewer questions, at smaller batches",
        )  # fmt: skip
    for task, megabytes in evidence.reference.megabytes.items():
        if task in quick and megabytes > SUITE_MEGABYTES:
            yield Unproven(
                "costs", task, f"needs {megabytes:.0f} MB beside the code, more than {SUITE_MEGABYTES:.0f}",
                "Ask with a smaller batch, and for fewer nets at a time",
            )  # fmt: skip


CLAIMS: tuple[Callable[[Evidence], Iterator[Unproven]], ...] = (
    reference_earns_all,
    starter_is_missing,
    samples_earn_their_verdict,
    mistakes_lose_their_task,
    mistakes_lose_nothing_else,
    mistakes_are_named,
    mistakes_are_named_rightly,
    public_follows_hidden,
    no_lie_earns_a_task,
    mistakes_are_caught_by_evidence,
    every_test_can_fail,
    every_row_is_judged,
    suite_is_quick,
)


def findings(evidence: Evidence) -> list[Unproven]:
    """All that does not hold, in the order of the claims."""
    return [finding for claim in CLAIMS for finding in claim(evidence)]


def evidence_is_partial(evidence: Evidence) -> bool:
    """Whether some tasks were left out that do not train."""
    judged = {task.id for task in evidence.tasks}
    return any(task.id not in judged for task in evidence.week.tasks if not task.data)


def _why(task: TaskResult) -> str:
    verdict = task_verdict([test.verdict for test in task.tests])
    test = next((test for test in task.tests if test.verdict is verdict), None)
    return f"{test.id}: {_first_line(test.message)}" if test else "it has no test"


def _first_line(text: str) -> str:
    line = text.partition("\n")[0]
    return line if len(line) <= 160 else f"{line[:157]}..."
