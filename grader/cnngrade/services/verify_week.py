"""Proves a week's suites right, and states for programs what came of it."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import asdict, dataclass
from typing import Any

from cnngrade import __version__
from cnngrade.course.assignment import Task
from cnngrade.course.location import Course, Week
from cnngrade.events import Advanced, Begun
from cnngrade.records.report import Verdict
from cnngrade.verify.claims import Unproven, findings
from cnngrade.verify.mutation import Mutation, judge_mutants
from cnngrade.verify.proof import judged_sha256
from cnngrade.verify.week import Evidence, Options, judge_week

SCHEMA = 1


def verify_week(
    course: Course, week: Week, options: Options, mutants: bool
) -> Generator[Begun | Advanced, None, Verified]:
    """Judges all that a week has, and with `mutants` mechanical mistakes too. Yields a step for each batch.

    Returns what was found, and what of it does not hold.
    """
    yield Begun(week.name)
    evidence = yield from judge_week(course, week, options)
    holds_not = findings(evidence)
    mutation = None
    if mutants:
        yield Begun(f"{week.name} mutants")
        mutation = yield from judge_mutants(course, evidence, options)
        holds_not += mutation.findings()
    return Verified(evidence, mutation, holds_not)


@dataclass(frozen=True)
class Verified:
    """What came of verifying a week; `findings` is what does not hold."""

    evidence: Evidence
    mutation: Mutation | None
    findings: list[Unproven]

    def facts_of(self, task: Task) -> dict[str, Any]:
        """Counts and measures of one task."""
        mutation = self.mutation
        reference = self.evidence.reference.task(task.id)
        results = [
            (mistake, judged.task(task.id)) for mistake, judged in self.evidence.mistakes if mistake.task == task.id
        ]
        caught = [result for _, result in results if result and result.verdict is not Verdict.PASS]
        facts: dict[str, Any] = {
            "id": task.id,
            "points": task.points,
            "verdict": str(reference.verdict) if reference else None,
            "hidden": len(reference.tests) if reference else 0,
            "public": len(self.evidence.reference.public.get(task.id, ())),
            "kinds": {
                test: self.evidence.lied.kind(task.id, test) for test in self.evidence.lied.claims.get(task.id, ())
            },
            "mistakes": len(results),
            "caught": len(caught),
            "named": sum(bool(result) and mistake.id in result.mistakes for mistake, result in results if result),
            "seconds": round(self.evidence.reference.seconds.get(task.id, 0.0), 3),
            "megabytes": round(self.evidence.reference.megabytes.get(task.id, 0.0)),
        }
        if mutation:
            mine = [mutant for mutant, judge in mutation.of.items() if judge == task.id]
            equivalent = set(mutation.equivalent)
            facts["mutants"] = sum(mutant not in equivalent for mutant in mine)
            facts["mutants_caught"] = sum(mutant in mutation.caught for mutant in mine)
        return facts

    def facts(self, course: Course) -> dict[str, Any]:
        """The outcome for programs; with the digest of the files that were judged it is a proof for `release`."""
        evidence, mutation = self.evidence, self.mutation
        return {
            "week": evidence.week.name,
            "holds": not self.findings,
            "cnngrade": __version__,
            "sha256": judged_sha256(course, evidence.week),
            "seconds": round(evidence.seconds, 1),
            "tasks": [self.facts_of(task) for task in evidence.tasks],
            "samples": [f"{verdict}/{name}" for verdict, name in evidence.samples],
            "mistakes": [mistake.id for mistake, _ in evidence.mistakes],
            "mistakes_not_judged": evidence.not_judged,
            "findings": [asdict(finding) for finding in self.findings],
            "mutants": None
            if mutation is None
            else {
                "total": len(mutation.of),
                "caught": len(mutation.caught),
                "equivalent": mutation.equivalent,
                "survivors": mutation.survivors,
                "not_judged": mutation.not_judged,
                "seconds": round(mutation.seconds, 1),
            },
        }
