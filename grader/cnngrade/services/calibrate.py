"""How often does a correct submission miss an accuracy threshold? Trains correct code under many seeds, and says.

What is trained is the reference, and the reference with each of the week's recipes: slow but correct ways to train. The
accuracies of one recipe are taken for draws from a normal distribution whose mean and spread are not known. The chance that
the next ones fall short is then that of the predictive distribution: with `n` runs, mean m and standard deviation s, one more
run is distributed as m + s sqrt(1 + 1/n) t, where t is Student's with n - 1 degrees of freedom (W. Q. Meeker, G. J. Hahn,
L. A. Escobar, Statistical Intervals, 2nd edition, Wiley 2017, section 4.8). Few runs make a heavy tail, as they should. Two
attempts share what is not known of m and s, so that both miss more often than the square of one says.
"""

from __future__ import annotations

import math
import statistics
import threading
import time
import tomllib
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import numpy as np
import torch
from scipy import special, stats  # scikit-learn, which brings the digits, brings it along

from cnngrade.course.assignment import DataChoice, Task, generous
from cnngrade.course.course_file import Loc, with_values
from cnngrade.course.location import Week
from cnngrade.course.mistakes import Mistake
from cnngrade.course.recipes import read_recipes
from cnngrade.datasets import Arrays, find
from cnngrade.errors import CourseError, GraderError, OutputError
from cnngrade.events import Advanced, Begun
from cnngrade.judge.accuracy import Contest, TrainedNet
from cnngrade.judge.draws import Draws
from cnngrade.judge.failures import Failure
from cnngrade.judge.sides import Side
from cnngrade.reference.code import TrustedCode
from cnngrade.reference.sessions import TrustedSession

REFERENCE = "reference"
MOST = 1e-3  # the chance with which a correct submission may miss
ATTEMPTS = Contest.attempts
_SECONDS = 4 * 3600.0  # of one run: ours is never stuck, and what a run may cost is the task's to say
_ENDING = 5.0  # seconds that a thread has to see that its process has ended


# --- the chance of a miss ---------------------------------------------------------------------------------------------


def chance_of_missing(accuracies: list[float], threshold: float, attempts: int = 1, resolution: float = 0.0) -> float:
    """The chance that each of `attempts` more runs ends below `threshold`, after runs that ended with `accuracies`.

    `resolution` is the step in which an accuracy is measured: one image's share. At least two runs are needed.
    """
    n, mean = len(accuracies), statistics.fmean(accuracies)
    # Runs that agree to the image still differ: rounding alone has this standard deviation.
    spread = max(statistics.stdev(accuracies), resolution / math.sqrt(12), 1e-12)
    distance = (threshold - mean) / spread
    if attempts == 1:
        return float(stats.t.cdf(distance / math.sqrt(1 + 1 / n), n - 1))
    # Given the true spread (chi-square) and the true mean (normal), runs are independent. Over both we integrate.
    degrees = n - 1
    logs = np.linspace(math.log(1e-30), math.log(degrees + 60 * math.sqrt(degrees)), 4001)
    weights = np.exp(stats.chi2.logpdf(np.exp(logs), degrees) + logs)
    nodes, shares = np.polynomial.hermite_e.hermegauss(80)
    ratios = np.sqrt(np.exp(logs) / degrees)[:, None]  # s over the true spread
    below = special.ndtr(distance * ratios - nodes / math.sqrt(n)) ** attempts
    given_spread = below @ (shares / shares.sum())
    return float(min(1.0, np.trapezoid(weights * given_spread, logs)))


# --- what is measured -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class EpochBudget:
    """One accuracy task on one data set that this machine has."""

    task: Task
    choice: DataChoice
    arrays: Arrays

    @property
    def resolution(self) -> float:
        """The share of one test image."""
        return 1 / len(self.arrays.test_labels)

    @property
    def is_single(self) -> bool:
        """Whether one net is trained, and not several that are compared."""
        return self.contest.is_single

    @property
    def contest(self) -> Contest:
        """A contest as the judge holds it; the number of a run stands where that of an attempt does."""
        assert self.task.training is not None
        return Contest(self.arrays, self.choice, self.task.training, Draws(b"calibrate"), figures={})


@dataclass(eq=False)
class Measurement:
    """The runs of one recipe on one budget: of one entry, most often the task's only one."""

    budget: EpochBudget
    recipe: Mistake | None  # None is the reference
    entry: TrainedNet
    runs: dict[int, float] = field(default_factory=dict)  # seed -> accuracy
    seconds: list[float] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The recipe, and the entry where a task has several."""
        recipe = self.recipe.id if self.recipe else REFERENCE
        if self.budget.is_single:
            return recipe
        entry = self.entry.net_name + (", permuted" if self.entry.permuted else "")
        return f"{recipe}: {entry}" if self.recipe else entry

    @property
    def accuracies(self) -> list[float]:
        """The accuracies, by seed."""
        return [self.runs[seed] for seed in sorted(self.runs)]

    def chance(self, attempts: int, threshold: float | None = None) -> float | None:
        """The chance that `attempts` more runs all miss the threshold; None where too few have been made to say."""
        if len(self.runs) < 2:
            return None
        line = self.budget.choice.threshold if threshold is None else threshold
        return chance_of_missing(self.accuracies, line, attempts, self.budget.resolution)

    def facts(self) -> dict[str, Any]:
        """The runs, for programs."""
        return {
            "recipe": self.recipe.id if self.recipe else REFERENCE,
            "net": self.entry.net,
            "permuted": self.entry.permuted,
            "accuracies": self.accuracies,
            "mean": statistics.fmean(self.accuracies) if self.runs else None,
            "sd": statistics.stdev(self.accuracies) if len(self.runs) > 1 else None,
            "minimum": min(self.accuracies) if self.runs else None,
            "chance_one": self.chance(1),
            "chance_both": self.chance(ATTEMPTS),
            "seconds": self.seconds,
        }


@dataclass
class Calibration:
    """What is to be measured, and what has been; `skipped` says what cannot be measured here."""

    week: Week
    device: str
    budgets: list[EpochBudget]
    rows: list[Measurement]
    skipped: list[str]

    def rows_of(self, budget: EpochBudget) -> list[Measurement]:
        """The rows of one task on one data set."""
        return [row for row in self.rows if row.budget is budget]

    def recipes_of(self, budget: EpochBudget) -> list[list[Measurement]]:
        """Its rows, those of one recipe together: they have to reach the threshold together."""
        rows = self.rows_of(budget)
        recipes = list(dict.fromkeys(row.recipe for row in rows))
        return [[row for row in rows if row.recipe is recipe] for recipe in recipes]

    def chance(self, budget: EpochBudget, attempts: int = 1, threshold: float | None = None) -> float | None:
        """The chance that a submission with the worst of the recipes misses; None where a row has too few runs."""
        chances = [_together(rows, attempts, threshold) for rows in self.recipes_of(budget)]
        known = [chance for chance in chances if chance is not None]
        return max(known) if len(known) == len(chances) else None

    def threshold(self, budget: EpochBudget, chance: float) -> float | None:
        """The highest threshold, in whole per cent, that one run of any recipe misses with at most `chance`.

        None where there is none: few runs say too little.
        """
        for per_cent in range(99, 0, -1):
            missing = self.chance(budget, 1, per_cent / 100)
            if missing is not None and missing <= chance:
                return per_cent / 100
        return None

    def provenance(self, budget: EpochBudget, threshold: float | None = None) -> str:
        """One line that says where the threshold (or `threshold` in its place) comes from."""
        recipes = self.recipes_of(budget)
        first, worst = recipes[0], max(recipes, key=lambda rows: _together(rows, 1, threshold) or 0.0)
        told = f"{len(first[0].runs)} runs of the reference on {self.device}: {_summary(first)}"
        if worst is not first and worst[0].recipe:
            told += f"; {len(worst[0].runs)} of {worst[0].recipe.id}, the recipe that misses most: {_summary(worst)}"
        one, both = (odds(self.chance(budget, attempts, threshold) or 0.0) for attempts in (1, ATTEMPTS))
        return f"{told}. Chance of a miss: {one} in one run, {both} in both attempts (torch {torch.__version__})"

    def facts(self, chance: float | None) -> dict[str, Any]:
        """All that was measured, for programs; `chance` is that of a miss with which a threshold was asked for."""
        return {
            "schema": 1,
            "week": self.week.name,
            "device": self.device,
            "skipped": self.skipped,
            "tasks": [
                {
                    "task": budget.task.id,
                    "data": budget.choice.name,
                    "threshold": budget.choice.threshold,
                    "epochs": budget.choice.epochs,
                    "batch_size": budget.choice.batch_size,
                    "chance_one": self.chance(budget, 1),
                    "chance_both": self.chance(budget, ATTEMPTS),
                    "threshold_for": self.threshold(budget, chance) if chance is not None else None,
                    "recipes": [row.facts() for row in self.rows_of(budget)],
                }
                for budget in self.budgets
            ],
        }


def odds(chance: float) -> str:
    """A chance as it is shown: `4.2e-07`, or `<1e-09`."""
    return "<1e-09" if chance < 1e-9 else f"{chance:.1e}"


def _summary(rows: list[Measurement]) -> str:
    return "; ".join(
        ("" if row.budget.is_single else f"{row.name} ")
        + f"mean {100 * statistics.fmean(row.accuracies):.2f} %, sd {100 * statistics.stdev(row.accuracies):.2f}, "
        + f"minimum {100 * min(row.accuracies):.2f}"
        for row in rows
    )


def _together(rows: list[Measurement], attempts: int, threshold: float | None = None) -> float | None:
    """The chance that one of `rows` misses: at most the sum, whatever they have to do with each other."""
    chances = [row.chance(attempts, threshold) for row in rows]
    known = [chance for chance in chances if chance is not None]
    return min(1.0, sum(known)) if len(known) == len(chances) else None


def plan(
    week: Week, device: str, data_dir: Path | None = None, tasks: tuple[str, ...] = (), sets: tuple[str, ...] = ()
) -> Calibration:
    """What there is to measure here: every accuracy task on every one of its data sets, or the chosen ones.

    Raises `CourseError` for a wrong recipe, `DataError` for broken data.
    """
    trained = [task for task in week.tasks if task.training]
    recipes, problems = read_recipes(week.folder / "recipes", [task.id for task in trained])
    if problems:
        raise CourseError(problems)
    found: dict[str, Arrays | None] = {}
    budgets, skipped = [], []
    for task in trained:
        if tasks and task.id not in tasks:
            continue
        if "cuda" in task.needs and device != "cuda":
            skipped.append(f"{task.id}: needs a GPU")
            continue
        for choice in task.data:
            if sets and choice.name not in sets:
                continue
            if choice.name not in found:
                found[choice.name] = find(choice.name, data_dir)
            arrays = found[choice.name]
            if arrays is None:
                skipped.append(f"{task.id} on {choice.name}: this machine has no {choice.name}")
            else:
                budgets.append(EpochBudget(task, choice, arrays))
    rows = [
        Measurement(budget, recipe, entry)
        for budget in budgets
        for recipe in [None, *(each for each in recipes if each.task == budget.task.id)]
        for entry in budget.contest.entries
    ]
    return Calibration(week, device, budgets, rows, skipped)


# --- measuring --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Run:
    """One training that is finished."""

    row: Measurement
    seed: int
    accuracy: float
    seconds: float


def measure(calibration: Calibration, runs: int, workers: int) -> Generator[Begun | Advanced, None, None]:
    """Makes `runs` runs of every row, `workers` of them side by side. Notes each in its row, and yields a step for it.

    A run trains in a process with one thread; here a thread waits for each. When this is interrupted, what has been noted
    stays. Raises `GraderError` where a recipe does not train at all.
    """
    done, total = 0, runs * len(calibration.rows)
    yield Begun("training", total)
    # Seed by seed and not row by row: a measurement that is stopped knows something of every row.
    jobs = iter([(row, seed) for seed in range(runs) for row in calibration.rows])
    taking, results, stopped = threading.Lock(), SimpleQueue[Run | BaseException | None](), threading.Event()

    def work(ours: TrustedCode) -> None:
        try:
            for row, seed in _taken(jobs, taking, stopped):
                results.put(_run(calibration.week, row, seed, ours))
        except BaseException as error:
            results.put(error)
        finally:
            results.put(None)

    with ExitStack() as stack:
        count = max(1, min(workers, total))
        threads: list[threading.Thread] = []
        stack.callback(_join, threads)
        crew = [stack.enter_context(TrustedCode(calibration.week, calibration.device)) for _ in range(count)]
        stack.callback(stopped.set)  # before the processes end, and their threads see it
        threads += [threading.Thread(target=work, args=(ours,), daemon=True) for ours in crew]
        for thread in threads:
            thread.start()
        while count:
            try:
                result = results.get(timeout=1.0)  # a wait without an end would hold back Ctrl-C on some systems
            except Empty:
                continue
            if result is None:
                count -= 1
            elif isinstance(result, Run):
                result.row.runs[result.seed] = result.accuracy
                result.row.seconds.append(result.seconds)
                done += 1
                yield Advanced(_told(result), done, total)
            else:
                raise result


def _told(run: Run) -> str:
    where = f"{run.row.budget.task.id} on {run.row.budget.choice.name}, {run.row.name}, seed {run.seed}"
    return f"{where}: {run.accuracy:.2%} in {run.seconds:.1f} s"


def _join(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.join(_ENDING)


def _taken(
    jobs: Iterator[tuple[Measurement, int]], taking: threading.Lock, stopped: threading.Event
) -> Iterator[tuple[Measurement, int]]:
    while not stopped.is_set():
        with taking:
            job = next(jobs, None)
        if job is None:
            return
        yield job


def _run(week: Week, row: Measurement, seed: int, ours: TrustedCode) -> Run:
    """Trains once and reads the trained parameters, as the judge does."""
    contest = row.budget.contest
    session: TrustedSession = ours.mistaken(row.recipe) if row.recipe else ours.reference
    limits = generous(week.most)
    session.load()  # importing torch is no part of a run
    started = time.monotonic()
    try:
        trained = Side(session, seed, _SECONDS, limits).trained(contest.training_data(row.entry, seed, False))
        seconds = time.monotonic() - started
        reader = Side(ours.reference, seed, _SECONDS, limits)
        answers = reader.answers(
            row.entry.net, trained["parameters"], contest.test_images(row.entry), *contest.normalization
        )
    except Failure as failure:
        where = row.recipe.source_path if row.recipe else f"the reference of {week.name}"
        raise GraderError(f"{where} does not train {row.entry.net}: {failure.message}") from None
    finally:
        session.close()  # what a run has allocated goes with its process; the next one is forked in milliseconds
    accuracy = float((answers == torch.from_numpy(row.budget.arrays.test_labels)).float().mean())
    return Run(row, seed, accuracy, seconds)


# --- writing ----------------------------------------------------------------------------------------------------------


def write(calibration: Calibration, thresholds: list[float | None]) -> Path:
    """Puts the provenances (and the thresholds, where they were asked for) into assignment.toml. Returns its path.

    All else in the file stays. Raises `OutputError` where it cannot be written, or has been changed meanwhile.
    """
    path = calibration.week.folder / "assignment.toml"
    try:
        text = path.read_bytes().decode("utf-8")
        places = _places(tomllib.loads(text))  # as the file is now, some time after the first run began
        changes: dict[Loc, str | float] = {}
        for budget, threshold in zip(calibration.budgets, thresholds, strict=True):
            place = places[budget.task.id, budget.choice.name]
            changes[*place, "provenance"] = calibration.provenance(budget, threshold)
            if threshold is not None:
                changes[*place, "threshold"] = threshold
        fresh = path.with_name(f".{path.name}.new")
        fresh.write_bytes(with_values(text, changes).encode("utf-8"))
        fresh.replace(path)
    except OSError as error:
        raise OutputError(f"{path} cannot be written ({error.strerror})") from error
    except (KeyError, ValueError) as error:
        raise OutputError(f"{path} has been changed meanwhile: {error}", "Calibrate again") from error
    return path


def _places(document: dict[str, Any]) -> dict[tuple[str, str], Loc]:
    """(task, data set) -> where the file states it."""
    return {
        (task["id"], data["name"]): ("task", number, "data", place)
        for number, task in enumerate(document["task"])
        for place, data in enumerate(task.get("data", []))
    }
