"""What decides the verdict of a task, part by part: whatever has not changed is not judged again, and a change can be named.

The tests of a task are told apart from those of others in the same file, so that a mended test asks only for its own task
to be judged again. What tests share (helpers, probes, the reference) counts for every task that may use it.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import cnngrade
from cnngrade.course.assignment import DataChoice, Task
from cnngrade.course.location import Week
from cnngrade.datasets import Arrays
from cnngrade.records.digests import digest_of_files, digest_of_parts, files_below
from cnngrade.submissions import Submission

Conditions = dict[str, str]
"""Part -> digest of it; `device` is told as it is."""

PARTS = {
    "submission": "the submission has changed",
    "task": "assignment.toml states the task differently",
    "tests": "the task's tests have changed",
    "probes": "the week's probes have changed",
    "reference": "the reference has changed",
    "mistakes": "the task's known mistakes have changed",
    "data": "other data are used",
    "secret": "the course has another secret",
    "device": "it is judged on another device",
    "cnngrade": "another version of cnngrade judges it",
}
WRITTEN = "written answers"
"""Stands where a task's id does for the conditions of the written answers; no id has a blank, so that no task is called so."""
_JUDGING = ("judge", "reading", "reference", "sandbox")
_DIGITS = 20  # hexadecimal digits of a digest that are kept: 80 bits


def conditions_of(
    week: Week, tasks: Iterable[Task], data: dict[str, tuple[Arrays, DataChoice]], device: str, secret: int
) -> dict[str, Conditions]:
    """By task, all that decides its verdict on this machine but the submission; `secret` stands for the course's secret."""
    shared = {
        "probes": _digest_of_paths(path for path in (week.probes, week.elementary) if path and path.is_file()),
        "reference": _digest_of_paths(_sources(week.solution)),
        "device": device,
        "cnngrade": digest_of_what_judges(),
        "secret": str(secret),
    }
    arrays = {id(each): _digest_of_arrays(each) for each, _ in data.values()}
    suite = [(path.name, path.read_text("utf-8")) for path in _sources(week.hidden or week.public)]
    mistakes = [f"{path.name}\0{path.read_text('utf-8')}" for path in _sources(week.mistakes)]
    found: dict[str, Conditions] = {}
    for task in tasks:
        tests = [f"{name}\0{text}" for name, source in suite if (text := _without_others(source, task.id))]
        found[task.id] = shared | {
            "task": _digest_of_texts([repr(_deciding(task))]),
            "tests": _digest_of_texts(tests),
            # Trained parameters are read by known mistakes of other tasks too.
            "mistakes": _digest_of_texts(text for text in mistakes if task.training or f'"{task.id}"' in text),
            "data": arrays[id(data[task.id][0])] if task.id in data else "",
        }
    return found


@cache  # once in a run: the files are those that this very process has loaded
def digest_of_what_judges(package: Path = Path(cnngrade.__path__[0])) -> str:
    """Digests the source of cnngrade's parts that decide verdicts, and its version. Returns some of the digits.

    What only shows results has no part in it: another page, or another command, judges nobody again.
    """
    paths = sorted(path for part in _JUDGING for path in files_below(package / part))
    files = ((path.relative_to(package).as_posix(), path.read_bytes()) for path in paths)
    return digest_of_files([("version", cnngrade.__version__.encode()), *files])[:_DIGITS]


def conditions_of_answers(week: Week) -> Conditions:
    """What decides how the written answers are listed in a report, but the submission."""
    return {"questions": _digest_of_texts(f"{each.id} {each.points:g} {each.prompt}" for each in week.questions)}


def digest_of(submission: Submission) -> str:
    """The part `submission` of the conditions, which differs from student to student."""
    return _digest_of_texts([submission.sha256, submission.problem or "", *submission.notes])


def difference(before: Conditions, now: Conditions) -> str:
    """In words, which parts have changed."""
    changed = [words for part, words in PARTS.items() if before.get(part) != now.get(part)]
    return "; ".join(changed) or "nothing has changed"


def _deciding(task: Task) -> Task:
    """The task as stated, without what decides nothing."""
    return replace(task, line=0, data=tuple(replace(choice, provenance="") for choice in task.data))


def _sources(folder: Path | None) -> list[Path]:
    return sorted(folder.rglob("*.py")) if folder and folder.is_dir() else []


def _without_others(source: str, task: str) -> str:
    """The source without comments and without the tests of other tasks; empty where no test of the task is in it."""
    tree = ast.parse(source)
    tasks = [_task_of(node) for node in tree.body]
    if task not in tasks:
        return ""
    body = [node for node, name in zip(tree.body, tasks, strict=True) if name in (None, task)]
    return ast.unparse(ast.Module(body, []))


def _task_of(node: ast.stmt) -> str | None:
    """The task that a test states in `@task("...")`; None for all that is no test."""
    for decorator in getattr(node, "decorator_list", []):
        match decorator:
            case ast.Call(func=ast.Name(id="task"), args=[ast.Constant(value=str(name))]):
                return name
    return None


def _digest_of_paths(paths: Iterable[Path]) -> str:
    return digest_of_files((path.name, path.read_bytes()) for path in paths)[:_DIGITS]


def _digest_of_texts(texts: Iterable[str]) -> str:
    return digest_of_parts(text.encode("utf-8", "surrogatepass") for text in texts)[:_DIGITS]


def _digest_of_arrays(arrays: Arrays) -> str:
    digest = hashlib.sha256(arrays.name.encode())
    for part in _parts(arrays):
        digest.update(f"{part.dtype}{part.shape}".encode())
        digest.update(np.ascontiguousarray(part).data)
    return digest.hexdigest()[:_DIGITS]


def _parts(arrays: Arrays) -> Iterator[NDArray[Any]]:
    yield from (arrays.train_images, arrays.train_labels, arrays.test_images, arrays.test_labels)
