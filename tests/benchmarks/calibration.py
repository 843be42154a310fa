"""How often does a correct submission miss an accuracy threshold? Trains the reference under many seeds and says.

    python tests/benchmarks/calibration.py --week week2 --runs 12 [--data DIR] [--task lenet-accuracy] [--set digits]

Per accuracy task and data set: mean, standard deviation and minimum of the accuracy, and the chance that one run, and that two
runs in a row, end below the threshold, from a t distribution fitted to the runs (a predictive bound: n - 1 degrees of
freedom, standard deviation times sqrt(1 + 1/n)).
"""

from __future__ import annotations

import argparse
import math
import statistics
import time
from pathlib import Path

import torch
from scipy.stats import t as student_t

from cnngrade.course import Week, find_course
from cnngrade.course.assignment import DataChoice, Task
from cnngrade.datasets import find
from cnngrade.judge.accuracy import Contest
from cnngrade.judge.grading import TrustedCode
from cnngrade.judge.sides import Side


def run(week: Week, task: Task, choice: DataChoice, ours: TrustedCode, seed: int, data: Path | None) -> float:
    """The accuracy of one training run of the reference."""
    arrays = find(choice.name, data)
    assert arrays is not None
    assert task.training is not None
    contest = Contest(arrays, choice, task.training, seed=0, figures={})
    side = Side(ours.reference, seed, 3600, 16_000)
    trained = side.trained(contest.training_data(seed, rename=False))
    answers = side.answers(task.training.net, trained["parameters"], contest.test_images, *contest.normalization)
    return float((answers == torch.from_numpy(arrays.test_labels)).float().mean())


def miss(accuracies: list[float], threshold: float) -> float:
    """The chance that one more run ends below `threshold`."""
    n = len(accuracies)
    spread = statistics.stdev(accuracies) * math.sqrt(1 + 1 / n)
    return float(student_t.cdf((threshold - statistics.fmean(accuracies)) / spread, n - 1))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--week", default="week2")
    parser.add_argument("--runs", type=int, default=12)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--task")
    parser.add_argument("--set")
    options = parser.parse_args()
    course = find_course(Path(__file__))
    week = course.week(options.week)
    with TrustedCode(week, "cpu") as ours:
        for task in week.tasks:
            if "cuda" in task.needs or (options.task and task.id != options.task):
                continue
            for choice in task.data:
                if (options.set and choice.name != options.set) or find(choice.name, options.data) is None:
                    continue
                started = time.process_time(), time.monotonic()
                found = [run(week, task, choice, ours, seed, options.data) for seed in range(options.runs)]
                wall = (time.monotonic() - started[1]) / options.runs
                chance = miss(found, choice.threshold)
                print(
                    f"{task.id} on {choice.name}, {choice.epochs} epochs at batch {choice.batch_size}, {options.runs} runs: "
                    f"mean {statistics.fmean(found):.4f}, sd {statistics.stdev(found):.4f}, min {min(found):.4f}; "
                    f"threshold {choice.threshold}: missed by one run with {chance:.1e}, by two with {chance**2:.1e}; "
                    f"{wall:.1f} s a run",
                    flush=True,
                )


if __name__ == "__main__":
    main()
