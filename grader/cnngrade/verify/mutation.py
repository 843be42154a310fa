"""Judging mechanical mutants of the reference: which of them the hidden suite catches, and which survive."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field

from cnngrade.course.assignment import Task
from cnngrade.course.equivalents import NAME, read_equivalents
from cnngrade.course.location import Course
from cnngrade.events import Advanced
from cnngrade.records.report import Verdict
from cnngrade.verify.bench import Batch, Crew, Judged, Trial, orders_of
from cnngrade.verify.claims import Unproven
from cnngrade.verify.mutants import Mutant, mutants
from cnngrade.verify.week import Evidence, Options

_AT_A_TIME = 25  # mutants that one process judges before it takes others
_SLOWER = 10.0  # times as long as the reference: then it hangs
_SHORTEST = 2.0  # seconds; below, a busy machine would be taken for a hanging mutant


@dataclass
class Mutation:
    """What became of the mutants; all but `of` are ids of mutants."""

    of: dict[str, str]  # mutant -> the task that judges it first
    caught: set[str] = field(default_factory=set)
    survivors: list[str] = field(default_factory=list)
    equivalent: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)  # stated as equivalent, and caught or not there any more
    not_judged: list[str] = field(default_factory=list)  # no task that is judged here judges them
    seconds: float = 0.0

    @property
    def share(self) -> float:
        """The share caught of those that are not equivalent."""
        judged = len(self.caught) + len(self.survivors)
        return len(self.caught) / judged if judged else 1.0

    def findings(self) -> Iterator[Unproven]:
        """The survivors, and the entries of equivalent.toml that do not hold."""
        for mutant in self.survivors:
            yield Unproven(
                "mutants", mutant, "survives the hidden suite",
                f"Add the test that catches it, or state in {NAME} why nothing can",
            )  # fmt: skip
        for mutant in self.stale:
            yield Unproven("mutants", mutant, f"is in {NAME}, but is caught or not there", "Delete the entry")


def judge_mutants(course: Course, evidence: Evidence, options: Options) -> Generator[Advanced, None, Mutation]:
    """Judges every mutant by the tasks that its definition can change, to the first test that fails.

    Yields a step for each batch. Returns what became of the mutants.
    """
    started = time.monotonic()
    week = evidence.week
    because = read_equivalents(week.folder)
    everything = [mutant for file, content in evidence.files.items() for mutant in mutants(file, content.decode())]
    outcome = Mutation({})
    jobs: list[Trial] = []
    for mutant in everything:
        tasks = _judging(mutant, evidence)
        if not tasks:
            outcome.not_judged.append(mutant.id)
            continue
        outcome.of[mutant.id] = tasks[0].id
        jobs.append(
            Trial(
                mutant.id, {**evidence.files, mutant.file: mutant.content}, tuple(task.id for task in tasks),
                public=False, to_the_first_failure=True, quick=True, seconds=_limit(tasks, evidence),
            )
        )  # fmt: skip
    results: dict[str, Judged] = {}
    batches = [
        Batch(f"{len(part)} mutants of {part[0].tasks[0]}", tuple(part))
        for task in evidence.tasks
        for mine in [[job for job in jobs if job.tasks[0] == task.id]]
        for start in range(0, len(mine), _AT_A_TIME)
        for part in [mine[start : start + _AT_A_TIME]]
    ]
    orders = orders_of(course, week, options.device, options.data_dir, [task.id for task in evidence.tasks])
    done = 0
    with Crew(orders, options.workers) as crew:
        for came in crew.judge(batches):
            if isinstance(came, Judged):
                results[came.key] = came
            else:
                done += 1
                yield Advanced(came.title, done, len(batches))
    for job in jobs:
        _sort_in(job, results[job.key], because, outcome)
    known = {mutant.id for mutant in everything}
    outcome.stale += [mutant for mutant in because if mutant in outcome.caught or mutant not in known]
    outcome.seconds = time.monotonic() - started
    return outcome


def _sort_in(job: Trial, judged: Judged, because: dict[str, str], outcome: Mutation) -> None:
    verdicts = [task.verdict for task in judged.tasks]
    if any(verdict not in (Verdict.PASS, Verdict.NOT_GRADED) for verdict in verdicts):
        outcome.caught.add(job.key)
    elif Verdict.PASS not in verdicts:
        outcome.not_judged.append(job.key)
    elif job.key in because:
        outcome.equivalent.append(job.key)
    else:
        outcome.survivors.append(job.key)


def _judging(mutant: Mutant, evidence: Evidence) -> list[Task]:
    """The tasks that the mutant's definition is part of, those that state it first; training is the last resort."""
    symbol, place = f"{mutant.file}:{mutant.definition}", (mutant.file, mutant.definition)
    quick = [task for task in evidence.tasks if not task.data and place in evidence.guessed[task.id]]
    if quick:
        return sorted(quick, key=lambda task: symbol not in task.symbols)
    return [task for task in evidence.tasks if task.data and symbol in task.symbols]


def _limit(tasks: list[Task], evidence: Evidence) -> float | None:
    """Seconds for one test, many times those of the reference; the task's own where it trains."""
    if any(task.data for task in tasks):
        return None
    results = (evidence.reference.task(task.id) for task in tasks)
    slowest = max((test.seconds for result in results if result for test in result.tests), default=0.0)
    return max(_SHORTEST, _SLOWER * slowest)
