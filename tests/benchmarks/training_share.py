"""A class of trainings: the wall time of `cnngrade grade` against the pure training time of the same nets.

    python tests/benchmarks/training_share.py [--submissions 24] [--workers 2] [--task lenet-accuracy] [--data DIR]

The pure time is what the same training takes on the same batches in bare processes, as many side by side as there are
workers: no sandbox, no report, no start-up counted; the sum of the trainings divided by the workers. One half is trained
before the grader runs and one after it: the speed of a machine drifts by more than is measured. What the grader takes on
top of it (its start, the sandbox, the held-back images, a training that misses and is tried again) has to stay within 15 %.
Run it on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from class_size import REPOSITORY
from cost import environment
from modules import load

WEEK = "week2"
ALLOWED = 1.15


def bare(folders: list[Path], task: str, data: Path | None) -> None:
    """In a bare process: trains the net of each folder; prints the seconds of all trainings together."""
    import torch
    from torch import nn

    from cnngrade.course import find_course
    from cnngrade.judge.plan import make_plan
    from cnngrade.sandbox.inside.loaders import TensorLoader

    torch.set_num_threads(1)
    course = find_course(REPOSITORY, REPOSITORY)
    week = course.week(WEEK)
    plan = make_plan(course, week, suites=[], chosen=[task], device="cpu", data_dir=data)
    arrays, choice = plan.data[task]
    [stated] = [each for each in plan.tasks if each.id == task]
    assert stated.training
    [net_symbol] = stated.training.nets

    def found(folder: Path, symbol: str) -> Any:
        file, _, name = symbol.partition(":")
        sys.path.insert(0, str(folder))  # the week's files import each other
        module = load(folder / file, f"{Path(file).stem}_{folder.name}")
        sys.path.pop(0)
        return getattr(module, name)

    seconds = 0.0
    for number, folder in enumerate(folders):
        torch.manual_seed(number)
        images, labels = torch.from_numpy(arrays.train_images), torch.from_numpy(arrays.train_labels).long()
        loader = TensorLoader.from_arrays(
            images, labels, list(arrays.mean), list(arrays.std), choice.batch_size, shuffle=True
        )
        modules = [found(folder, symbol) for symbol in (net_symbol, stated.training.by or stated.training.epoch)]
        started = time.perf_counter()
        if stated.training.by:
            modules[1](loader, choice.epochs, torch.device("cpu"))
        else:
            net = modules[0]()
            optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
            for _ in range(choice.epochs):
                modules[1](net, loader, nn.CrossEntropyLoss(), optimizer, torch.device("cpu"))
        seconds += time.perf_counter() - started
    print(json.dumps({"seconds": seconds, "data": arrays.name}))


def side_by_side(command: list[str], places: list[Path], workers: int) -> list[dict[str, Any]]:
    """What `bare` prints of all `places`, shared out among so many processes at a time."""
    shares = [[str(place) for place in places[first::workers]] for first in range(workers)]
    processes = [
        subprocess.Popen([*command, *share], env=environment(), stdout=subprocess.PIPE, text=True)
        for share in shares
        if share
    ]
    return [json.loads(process.communicate()[0].splitlines()[-1]) for process in processes]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--submissions", type=int, default=24)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--task", default="lenet-accuracy")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--bare", type=Path, nargs="*", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.bare is not None:
        bare(options.bare, options.task, options.data)
        return
    data = ["--data", str(options.data)] if options.data else []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        places = [folder / "class" / f"s{number:03}" for number in range(options.submissions)]
        for number, place in enumerate(places):
            place.mkdir(parents=True)
            for file in (REPOSITORY / "solutions" / WEEK).glob("*.py"):
                (place / file.name).write_text(f"{file.read_text('utf-8')}\n# {number}\n", "utf-8")
        bare_command = [sys.executable, __file__, "--task", options.task, *data, "--bare"]
        half = len(places) // 2
        before = side_by_side(bare_command, places[:half], options.workers)
        command = [
            sys.executable, "-m", "cnngrade", "grade", WEEK, str(folder / "class"), "--out", str(folder / "out"),
            "--course", str(REPOSITORY), "--workers", str(options.workers), "--device", "cpu",
            "--task", options.task, *data,
        ]  # fmt: skip
        started = time.perf_counter()
        done = subprocess.run(
            command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False
        )
        wall = time.perf_counter() - started
        assert done.returncode in (0, 1), done
        after = side_by_side(bare_command, places[half:], options.workers)
        rows = (folder / "out" / "gradebook.csv").read_text("utf-8").splitlines()[1:]
    first, second = (sum(each["seconds"] for each in told) for told in (before, after))
    pure = (first + second) / options.workers
    print(f"{options.submissions} trainings of {options.task} on {after[0]['data']}, {options.workers} workers")
    print(f"pure training time / workers {pure:8.1f} s (the first half {first:.1f} s, the second {second:.1f} s)")
    print(f"cnngrade grade               {wall:8.1f} s, {wall / pure:.3f} times the pure time ({ALLOWED} allowed)")
    print(f"{sum(',0,' in row for row in rows)} without full points; load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
