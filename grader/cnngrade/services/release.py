"""Releases a week: packs what students may have, and writes it only where `verify` passes the week."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from cnngrade.course import Course, Week
from cnngrade.errors import UserError
from cnngrade.events import Advanced, Begun
from cnngrade.release.bundle import bundle, bundle_name
from cnngrade.release.packing import packed, write_whole


@dataclass(frozen=True)
class Released:
    """A file for students, or for Gradescope: what is in it, in words, and its size in bytes."""

    path: Path
    what: str
    size: int
    sha256: str


def release_week(
    course: Course, week: Week, to: Path, solutions: bool, gradescope: bool, proof: Path | None, workers: int
) -> Generator[Begun | Advanced, None, Released]:
    """Writes a release of the week into the folder `to`, after a look at the `proof`, or else after verifying the week.

    Yields a step for each batch that is judged. Raises `UserError` where something of the week does not hold.
    """
    if week.hidden is None or week.solution is None:
        raise UserError(f"the hidden suite of {week.name} is not installed here", "`release` is for staff")
    if gradescope and solutions:
        raise UserError("--gradescope and --solutions exclude each other", "Release twice")
    if gradescope:
        from cnngrade.release.gradescope import EXECUTABLE, autograder

        name, what = f"{bundle_name(course, week)}-gradescope", "for Gradescope alone: it holds the hidden tests"
        content = packed(autograder(course, week), EXECUTABLE)
    else:
        name = bundle_name(course, week, solutions)
        what = "with reference and model answers" if solutions else "no hidden test, no solution"
        content = packed({f"{name}/{path}": data for path, data in bundle(course, week, solutions).items()})
    if proof is not None:
        from cnngrade.verify.proof import check_proof

        check_proof(proof, course, week)
    else:
        yield from _verify(course, week, workers)
    path = to / f"{name}.zip"
    return Released(path, what, len(content), write_whole(path, content))


def _verify(course: Course, week: Week, workers: int) -> Generator[Begun | Advanced, None, None]:
    """Raises `UserError` with what does not hold of the week, as far as can be told without training."""
    from cnngrade.verify.claims import findings
    from cnngrade.verify.week import Options, judge_week

    yield Begun(f"verify {week.name}")
    only_training = all(task.data for task in week.tasks)
    options = Options(workers, training="quick" if only_training else "none")
    holds_not = findings((yield from judge_week(course, week, options)))
    if holds_not:
        count = "1 thing does" if len(holds_not) == 1 else f"{len(holds_not)} things do"
        raise UserError(
            f"{week.name} is not released: {count} not hold, such as: {holds_not[0]}",
            f"See all of them with `cnngrade verify {week.name} --no-training`",
        )
