"""What a week has, judged: the reference, the starter, the samples, and every known mistake."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from cnngrade.course.assignment import Task
from cnngrade.course.location import Course, Week
from cnngrade.course.mistakes import Mistake, apply, read_mistakes
from cnngrade.errors import CourseError, UserError
from cnngrade.events import Advanced
from cnngrade.records.report import Verdict
from cnngrade.submissions import read_submission
from cnngrade.verify.bench import Batch, Crew, Judged, Trial, orders_of, quick_choice
from cnngrade.verify.dependence import Dependence, Symbol, changed_by, guess, without
from cnngrade.verify.liar import Lied, lied_to

SAMPLES = Path("tests", "samples")  # below the root of the course; a week's lie in folders named after verdicts
REFERENCE, STARTER = "reference", "starter"


@dataclass(frozen=True)
class Options:
    """What to judge, and where."""

    workers: int
    device: str = "cpu"
    data_dir: Path | None = None
    tasks: tuple[str, ...] = ()  # all when empty
    training: str = "quick"  # "none"; "quick": samples and mistakes train on the digits alone; "full"
    thorough: bool = False  # every mistake on every task


@dataclass
class Evidence:
    """What came of judging a week. Keys of `samples` are (the folder's verdict, the sample's name)."""

    week: Week
    tasks: list[Task]  # those that were judged
    reference: Judged
    starter: Judged
    samples: dict[tuple[str, str], Judged]
    mistakes: list[tuple[Mistake, Judged]]
    files: dict[str, bytes]  # the reference's
    starter_files: dict[str, bytes]
    guessed: dict[str, frozenset[Symbol]]  # task -> the definitions that it seems to depend on
    dependence: Dependence  # what has been proven of that
    seconds: float
    lied: Lied  # what an inside without any student code has earned
    not_judged: list[str] = field(default_factory=list)  # mistakes that this machine or these options cannot judge

    def judged(self) -> Iterator[tuple[str, Judged]]:
        """Every file set that was judged, by a name for people."""
        yield "the reference", self.reference
        yield "the starter", self.starter
        for (verdict, name), judged in self.samples.items():
            yield f"the sample {verdict}/{name}", judged
        for mistake, judged in self.mistakes:
            yield f"the mistake {mistake.id}", judged


def judge_week(course: Course, week: Week, options: Options) -> Generator[Advanced, None, Evidence]:
    """Judges everything that the week has. Yields a step for each batch. Returns the evidence.

    Raises `UserError` where the week lacks what is needed, or its files are wrong.
    """
    started = time.monotonic()
    work = _Work(course, week, options)
    with Crew(orders_of(course, week, options.device, options.data_dir, _ids(work.tasks)), options.workers) as crew:
        first = work.first()
        done = yield from work.judge(crew, first, 0, len(first) + work.expected())
        second = work.second()
        done = yield from work.judge(crew, second, done, done + len(second))
    lied = lied_to(course, week, options.device, options.data_dir, work.believable())
    yield Advanced("the liar", done + 1, done + 1)
    return work.evidence(lied, time.monotonic() - started)


class _Work:
    """The jobs of a week, and what has come of them so far."""

    def __init__(self, course: Course, week: Week, options: Options) -> None:
        if week.hidden is None or week.solution is None:
            raise UserError(f"the hidden suite of {week.name} is not installed here", "`verify` is for staff")
        self.week, self.options = week, options
        self.tasks = chosen_tasks(week, options)
        self.quick = [task for task in self.tasks if not task.data]
        self.trained = [task for task in self.tasks if task.data]
        self.files = _read(week.solution, week.files)
        self.starter = _read(week.starter, week.files)
        self.samples = _samples(course.root / SAMPLES / week.name, week)
        mistakes, problems = read_mistakes(week.mistakes)
        if problems:
            raise CourseError(problems)
        chosen = {task.id for task in self.tasks}
        self.mistakes = [mistake for mistake in mistakes if mistake.task in chosen]
        self.guessed = {task.id: guess(task, self.files) for task in self.quick}
        self.dependence = Dependence({})
        self._results: dict[str, Judged] = {}

    def judge(self, crew: Crew, batches: Sequence[Batch], done: int, total: int) -> Generator[Advanced, None, int]:
        """Has the batches judged after `done` others, and keeps the results. Returns how many are done then."""
        for came in crew.judge(batches):
            if isinstance(came, Judged):
                self._keep(came)
            else:
                done += 1
                yield Advanced(came.title, done, max(total, done))
        return done

    def _keep(self, judged: Judged) -> None:
        """Keeps a result; what was judged in two parts becomes one."""
        before = self._results.get(judged.key)
        if before is None:
            self._results[judged.key] = judged
            return
        order = [task.id for task in self.tasks]
        self._results[judged.key] = replace(
            before,
            tasks=sorted([*before.tasks, *judged.tasks], key=lambda task: order.index(task.id)),
            public=before.public | judged.public,
            megabytes=before.megabytes | judged.megabytes,
            seconds=before.seconds | judged.seconds,
        )

    def first(self) -> list[Batch]:
        """The reference by itself, and what shows which task depends on what."""
        reference = Trial(REFERENCE, self.files, _ids(self.quick), measure=True)
        batches = [Batch("the reference", (reference,))]
        if not self.options.thorough:
            batches += [
                Batch(
                    f"what {task.id} depends on",
                    (
                        Trial(
                            f"without {task.id}", without(self.files, self.guessed[task.id]), (task.id,), compare=True
                        ),
                    ),
                )
                for task in self.quick
            ]
        return batches

    def second(self) -> list[Batch]:
        """All else, what takes longest first."""
        self.dependence = Dependence({task.id: self._proven(task) for task in self.quick})
        return [*self._training(), *self._slow_samples(), *self._mistakes(), *self._samples()]

    def expected(self) -> int:
        """How many batches `second` will have."""
        return (
            len(list(self._training()))
            + len({mistake.task for mistake in self.mistakes})
            + len(list(self._sample_batches()))
            + 1
        )

    def _proven(self, task: Task) -> frozenset[Symbol] | None:
        found = self._results.get(f"without {task.id}")
        if found is None or found.unlike:
            return None
        public_holds = all(test.verdict is Verdict.PASS for tests in found.public.values() for test in tests)
        return self.guessed[task.id] if public_holds else None

    def believable(self) -> list[str]:
        """The tasks that the liar tries to earn: those that train only where the digits will do, or all is trained in full."""
        full = self.options.training == "full"
        return [task.id for task in self.tasks if not task.data or full or quick_choice(task)]

    def _training(self) -> Iterator[Batch]:
        """The tasks that train, each file set by itself: each takes seconds to minutes."""
        for task in self.trained:
            yield Batch(f"the reference trains ({task.id})", (Trial(REFERENCE, self.files, (task.id,), measure=True),))
            quick = self.options.training == "quick"
            for mistake in self.mistakes:
                if mistake.task == task.id:
                    job = Trial(mistake.id, apply(mistake, self.files), (task.id,), about=task.id, quick=quick)
                    yield Batch(f"{mistake.id} trains", (job,))
            if quick and not quick_choice(task):
                continue
            for (verdict, name), files in self.samples.items():
                if verdict == Verdict.PASS:
                    yield Batch(
                        f"{name} trains ({task.id})", (Trial(f"{verdict}/{name}", files, (task.id,), quick=quick),)
                    )

    def _mistakes(self) -> list[Batch]:
        """The mistakes, those of one task together: each is compared with all others of the task."""
        batches = []
        for task in self.tasks:
            jobs = [
                Trial(mistake.id, apply(mistake, self.files), tasks, about=task.id)
                for mistake in self.mistakes
                if mistake.task == task.id and (tasks := self._affected(mistake))
            ]
            if jobs:
                batches.append(Batch(f"mistakes of {task.id} ({len(jobs)})", tuple(jobs)))
        return sorted(batches, key=lambda batch: -sum(self._cost(job) for job in batch.jobs))

    def _affected(self, mistake: Mistake) -> tuple[str, ...]:
        """The tasks without training whose verdict the mistake can change."""
        changed = changed_by(mistake, self.files)
        stated = (mistake.task, *mistake.also)
        return tuple(
            task.id
            for task in self.quick
            if task.id in stated or changed is None or self.dependence.may_change(task.id, changed)
        )

    def _cost(self, job: Trial) -> float:
        results = (self._results[REFERENCE].task(task) for task in job.tasks)
        return sum(test.seconds for result in results if result for test in result.tests)

    def _slow_samples(self) -> Iterator[Batch]:
        return (
            batch for batch in self._sample_batches() if batch.jobs[0].key.startswith((Verdict.TIMEOUT, Verdict.MEMORY))
        )

    def _samples(self) -> Iterator[Batch]:
        yield Batch("the starter", (Trial(STARTER, self.starter, _ids(self.tasks), quick=True),))
        slow = {batch.title for batch in self._slow_samples()}
        yield from (batch for batch in self._sample_batches() if batch.title not in slow)

    def _sample_batches(self) -> Iterator[Batch]:
        for (verdict, name), files in self.samples.items() if self.quick else ():
            yield Batch(f"the sample {verdict}/{name}", (Trial(f"{verdict}/{name}", files, _ids(self.quick)),))

    def evidence(self, lied: Lied, seconds: float) -> Evidence:
        """All that was found."""
        return Evidence(
            week=self.week,
            tasks=self.tasks,
            reference=self._results[REFERENCE],
            starter=self._results[STARTER],
            samples={key: self._results["/".join(key)] for key in self.samples if "/".join(key) in self._results},
            mistakes=[(mistake, self._results[mistake.id]) for mistake in self.mistakes if mistake.id in self._results],
            files=self.files,
            starter_files=self.starter,
            guessed=self.guessed,
            dependence=self.dependence,
            seconds=seconds,
            lied=lied,
            not_judged=[mistake.id for mistake in self.mistakes if mistake.id not in self._results],
        )


def chosen_tasks(week: Week, options: Options) -> list[Task]:
    """The tasks that the options ask for. Raises `UserError` for an unknown one, or when none is left."""
    known = {task.id for task in week.tasks}
    if unknown := [name for name in options.tasks if name not in known]:
        raise UserError(
            f"{week.name} has no task {unknown[0]!r}", f"Known: {', '.join(task.id for task in week.tasks)}"
        )
    tasks = [
        task
        for task in week.tasks
        if (not options.tasks or task.id in options.tasks) and not (task.data and options.training == "none")
    ]
    if not tasks:
        raise UserError("no task is left to verify", "Leave out --no-training, or choose another --task")
    return tasks


def _ids(tasks: Sequence[Task]) -> tuple[str, ...]:
    return tuple(task.id for task in tasks)


def _read(folder: Path, names: Sequence[str]) -> dict[str, bytes]:
    try:
        return {name: (folder / name).read_bytes() for name in names}
    except OSError as error:
        raise UserError(f"{error.filename} cannot be read: {error.strerror}", "A week has its files there") from None


def _samples(folder: Path, week: Week) -> dict[tuple[str, str], dict[str, bytes]]:
    """The samples in the folders that are named after verdicts, by (verdict, name)."""
    return {
        (verdict.value, path.name): read_submission(path, week.name, week.files).files
        for verdict in Verdict
        if (folder / verdict).is_dir()
        for path in sorted((folder / verdict).iterdir())
        if path.is_dir()
    }
