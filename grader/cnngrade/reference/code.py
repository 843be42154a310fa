"""Our own code of one week, in processes: the reference, and the reference with known mistakes in it."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from cnngrade.course import mistakes as mistake_files
from cnngrade.course.assignment import Limits, Task, generous
from cnngrade.course.location import Week
from cnngrade.course.mistakes import Mistake
from cnngrade.errors import CourseError, GraderError
from cnngrade.judge.grading import probes_of
from cnngrade.judge.outcome import Outcome
from cnngrade.judge.ownlimits import OwnTime, TooLong
from cnngrade.judge.session import Pace
from cnngrade.judge.sides import ProbeCall
from cnngrade.reference.pace import Trainings
from cnngrade.reference.recognition import fails_like_the_reference, recognise
from cnngrade.reference.sessions import TrustedSession
from cnngrade.sandbox.outside.forked import Forked, trusted
from cnngrade.sandbox.outside.process import FreshProcess

_OWN_SECONDS = 20.0  # of CPU that recognising mistakes may take for one task
_LOOKALIKES = 8  # known mistakes of a net that its trained parameters are tried in


class TrustedCode:
    """Our own code of one week, each set of files in a process of its own: the reference, and it with a known mistake."""

    def __init__(self, week: Week, device: str) -> None:
        if week.solution is None:
            raise GraderError(f"the reference of {week.name} is not installed here")
        self._week = week
        self._files = {name: (week.solution / name).read_bytes() for name in week.files}
        self.isolation: Forked | FreshProcess = trusted(device)
        self._sessions: dict[str, TrustedSession] = {}
        self.mistakes, problems = mistake_files.read_mistakes(week.mistakes)
        if problems:
            raise CourseError(problems)
        self.reference = self._session("", self._files)
        self.trainings = Trainings(self.reference)

    def mistaken(self, mistake: Mistake) -> TrustedSession:
        """The reference with the mistake made in it."""
        if mistake.id not in self._sessions:
            self._session(mistake.id, mistake_files.apply(mistake, self._files))
        return self._sessions[mistake.id]

    def lookalikes(self, symbol: str) -> list[TrustedSession]:
        """Known mistakes of the tasks that judge `symbol` alone."""
        ids = [task.id for task in self._week.tasks if task.symbols == (symbol,)]
        return [self.mistaken(mistake) for mistake in self.mistakes if mistake.task in ids][:_LOOKALIKES]

    def pace(self, question: ProbeCall, seed: int, limits: Limits) -> Pace:
        """The limit for a training, found out when it is late."""
        return self.trainings.pace(question, seed, limits)

    def fails_alike(self, task: Task, outcomes: Sequence[Outcome]) -> bool:
        """Whether the reference fails in the same way."""
        trained = [
            (question, outcome.seed) for outcome in outcomes for question in outcome.questions if outcome.trained
        ]
        return fails_like_the_reference(_comparable(outcomes), self.reference) or any(
            self.trainings.fails_like(question, seed, task.limits) for question, seed in trained
        )

    def recognised(self, task: Task, outcomes: Sequence[Outcome]) -> list[Mistake]:
        """The known mistakes that fit; none where the answers take too long to compare."""
        known = [mistake for mistake in self.mistakes if mistake.task == task.id]
        try:
            with OwnTime(_OWN_SECONDS):
                return recognise(_comparable(outcomes), known, self.mistaken)
        except (TooLong, MemoryError):
            return []

    def _session(self, key: str, files: dict[str, bytes]) -> TrustedSession:
        session = TrustedSession(
            self.isolation, files, self._week.files, probes_of(self._week), generous(self._week.most)
        )
        self._sessions[key] = session
        return session

    def forget_mistakes(self) -> None:
        """Ends the mistakes' processes, and drops what they answered: for a run that has done with them."""
        for key in [key for key in self._sessions if key]:
            self._sessions.pop(key).close()

    def close(self) -> None:
        """Ends all their processes."""
        for session in self._sessions.values():
            session.close()
        self.isolation.close()

    def __enter__(self) -> Self:
        self.reference.start()  # ahead of the first question, while suites are collected
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()


def _comparable(outcomes: Sequence[Outcome]) -> list[Outcome]:
    # Trained networks are no answers to compare: two runs of one recipe differ, and a run that has failed costs another one.
    return [outcome for outcome in outcomes if not outcome.trained]
