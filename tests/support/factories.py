"""Reports to render: made up, but with failures as students make them."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from cnngrade.records.report import Environment, Report, Status, TaskResult, TestResult, Verdict, WrittenResult
from cnngrade.records.scoring import UNSCORED, scored

TASKS = [
    ("mnist-transform", "The MNIST transform", 3, ["data.py:mnist_transform"]),
    ("cifar10-train-transform", "CIFAR-10: augmentation for training", 5, ["data.py:cifar10_train_transform"]),
    ("cifar10-test-transform", "CIFAR-10: no augmentation for testing", 2, ["data.py:cifar10_test_transform"]),
    ("loaders", "Loaders: shuffled for training, in order for testing", 5, ["data.py:make_loaders"]),
    ("fully-connected", "The fully connected net", 6, ["models.py:FullyConnected"]),
    ("small-cnn", "A small CNN", 6, ["models.py:SmallCNN"]),
    ("lenet", "LeNet-5", 8, ["models.py:LeNet5"]),
    ("cifarnet", "A LeNet for colour images", 6, ["models.py:CifarNet"]),
    ("vgg", "VGG: repair the constructor and the classifier", 9, ["models.py:VGG"]),
    ("count-parameters", "Counting parameters", 3, ["training.py:count_parameters"]),
    ("train-epoch", "One epoch of training", 9, ["training.py:train_epoch"]),
    ("evaluate", "Evaluation", 7, ["training.py:evaluate"]),
    ("permute-pixels", "The same permutation for every image", 4, ["training.py:permute_pixels"]),
    ("lenet-accuracy", "LeNet-5 reaches 97 % on MNIST", 5, ["training.py:train_lenet"]),
    ("cifarnet-accuracy", "CifarNet learns CIFAR-10", 2, ["models.py:CifarNet", "training.py:train_epoch"]),
    ("vgg-accuracy", "VGG learns CIFAR-10 (where there is a GPU)", 2, ["models.py:VGG", "training.py:train_epoch"]),
    (
        "permutation-experiment",
        "The experiment: who can read scrambled digits?",
        3,
        ["models.py:FullyConnected", "models.py:SmallCNN", "training.py:train_epoch", "training.py:permute_pixels"],
    ),
]
TASK_IDS = [task[0] for task in TASKS]
CIFAR10 = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]

# Task -> (verdict, known mistake, hint, [(claim, message)]); an empty message is a claim that holds.
FAILURES: dict[str, tuple[Verdict, str | None, str | None, list[tuple[str, str]]]] = {
    "lenet": (
        Verdict.WRONG,
        "max-pool-for-avg-pool",
        "LeCun's pooling keeps something of every pixel of its window. What does yours keep?",
        [
            ("LeNet5 has 61,706 trainable parameters.", ""),
            ("LeNet5 maps images (N, 1, 28, 28) to logits (N, 10).", ""),
            (
                "With the same weights, LeNet5 gives the reference's logits.",
                "the largest difference is 0.4127, at [3, 7]\n"
                "expected: [-0.1184,  0.0311,  0.2207, ...]\ngot:      [ 0.2943, -0.0862,  0.1996, ...]",
            ),
        ],
    ),
    "loaders": (
        Verdict.WRONG,
        "drops-last",
        "Count the samples that one pass over the training loader yields, and compare with len(train_set).",
        [
            ("The training loader shuffles: two passes differ.", ""),
            (
                "Neither loader drops samples, also where the last batch is smaller.",
                "expected 103 samples in one epoch, got 96",
            ),
            ("The test loader keeps the order of the test set.", ""),
        ],
    ),
    "vgg": (
        Verdict.CRASH,
        None,
        None,
        [
            (
                "VGG maps images (N, 3, 32, 32) to logits (N, 10).",
                "RuntimeError: mat1 and mat2 shapes cannot be multiplied (2x512 and 2048x10)\n"
                "  models.py, line 118, in forward\n    return self.classifier(torch.flatten(x, 1))",
            ),
            (
                "With the same weights, VGG gives the reference's logits.",
                "RuntimeError: mat1 and mat2 shapes cannot be multiplied (2x512 and 2048x10)",
            ),
        ],
    ),
    "train-epoch": (
        Verdict.WRONG,
        "mean-over-batches",
        "The last batch of an epoch may be smaller. How much should its loss count?",
        [
            ("After one epoch, the parameters are those of the reference's loop.", ""),
            (
                "train_epoch returns the mean loss over samples, not over batches.",
                "expected 1.8342 ± 0.0001, got 1.9077",
            ),
            ("train_epoch puts the model in train mode.", ""),
        ],
    ),
    "permute-pixels": (
        Verdict.TIMEOUT,
        None,
        None,
        [("Permuting 10,000 images takes less than 5 seconds.", "still running after 20 s; stopped")],
    ),
    "count-parameters": (
        Verdict.MISSING,
        None,
        None,
        [("Frozen parameters do not count.", "raises NotImplementedError")],
    ),
}


@cache
def digits() -> list[np.ndarray]:
    """Ten handwritten digits, brought to 28 x 28."""
    from sklearn.datasets import load_digits

    images = load_digits().images[:10]
    return [np.pad(np.kron(image * 15.9, np.ones((3, 3))), 2).astype(np.uint8) for image in images]


def digit_figures(accuracy: float = 0.9832, threshold: float = 0.97, seed: int = 0) -> dict[str, Any]:
    """What training LeNet leaves behind."""
    rng = np.random.default_rng(seed)
    misses = rng.integers(0, 1 + int(2200 * (1 - accuracy) / 10), (10, 10))
    np.fill_diagonal(misses, 0)
    confusion = misses + np.diag(1000 - misses.sum(axis=1))
    wrong = [{"image": digits()[truth].tolist(), "truth": truth, "answer": (truth + 3) % 10} for truth in range(10)]
    return {
        "data": "mnist",
        "accuracy": accuracy,
        "threshold": threshold,
        "epochs": 3,
        "attempts": 1 if accuracy >= threshold else 2,
        "seconds": 41.7,
        "losses": [0.4127, 0.1033, 0.0714],
        "confusion": confusion.tolist(),
        "classes": [str(digit) for digit in range(10)],
        "misclassified": wrong,
    }


def colour_figures(accuracy: float = 0.4711, threshold: float = 0.44) -> dict[str, Any]:
    """What training CifarNet leaves behind; the images are gradients."""
    ramp = np.linspace(0, 255, 32).astype(np.uint8)
    image = np.stack([np.tile(ramp, (32, 1)), np.tile(ramp[:, None], (1, 32)), np.full((32, 32), 90, np.uint8)])
    figures = digit_figures(accuracy, threshold, seed=1)
    wrong = [{"image": np.roll(image, k * 5, axis=2).tolist(), "truth": k, "answer": (k + 3) % 10} for k in range(8)]
    return figures | {
        "data": "cifar10-jpeg",
        "seconds": 96.2,
        "losses": [2.0135, 1.6377, 1.4982],
        "classes": CIFAR10,
        "misclassified": wrong,
    }


def experiment_figures(*accuracies: float) -> dict[str, Any]:
    """What the experiment leaves behind: FullyConnected and SmallCNN, each with and without permuted pixels."""
    entries = [(net, permuted) for net in ("FullyConnected", "SmallCNN") for permuted in (False, True)]
    found = accuracies or (0.9006, 0.8954, 0.9618, 0.8753)
    rows = [
        {"net": net, "permuted": permuted, "accuracy": accuracy, "attempts": 1}
        for (net, permuted), accuracy in zip(entries, found, strict=False)
    ]
    return {
        "data": "mnist",
        "accuracy": min(found),
        "threshold": 0.4,
        "epochs": 1,
        "attempts": 1,
        "seconds": 11.2,
        "comparison": rows,
    }


def task(task_id: str, failing: bool = False, **changes: Any) -> TaskResult:
    """One task of week 2: passed, or lost as `FAILURES` says."""
    _, title, worth, symbols = next(row for row in TASKS if row[0] == task_id)
    verdict, mistake, hint, claims = FAILURES[task_id] if failing else (Verdict.PASS, None, None, [])
    claims = claims or [(f"{title}: the result is the reference's.", ""), (f"{title}: arguments stay unchanged.", "")]
    tests = [
        TestResult(f"test_{task_id}.py::{k}", claim, verdict if message else Verdict.PASS, message, 0.031 * (k + 1))
        for k, (claim, message) in enumerate(claims)
    ]
    score = float(worth) if verdict is Verdict.PASS else 0.0
    facts = TaskResult(task_id, title, list(symbols), score, float(worth), verdict, mistake, hint, tests)
    return replace(facts, **changes)


def environment(**changes: Any) -> Environment:
    """What decided the grade."""
    facts = Environment(
        cnngrade="0.1.0",
        python="3.11.14",
        torch="2.15.0+cpu",
        device="cpu",
        seed=20260217,
        isolation="process: own session, rlimits, scrubbed environment",
        data={"mnist": "mnist", "cifar10": "cifar10-jpeg"},
        suite_sha256="4be1" * 16,
        submission_sha256="a07c" * 16,
    )
    return replace(facts, **changes)


def report(tasks: list[TaskResult], written: list[WrittenResult] | None = None, **changes: Any) -> Report:
    """A report whose sums fit its tasks; `changes` are made behind the sums."""
    facts = Report("Convolutional networks", "week2", "ada.lovelace", *UNSCORED, tasks, written or [], environment())
    return replace(scored(facts), **changes)


def earning(facts: Report, points: float, **changes: Any) -> Report:
    """The report where the tasks together have earned `points`: the last one makes up the difference."""
    *others, last = facts.tasks
    last = replace(last, score=last.score + points - facts.auto_score)
    return scored(replace(facts, tasks=[*others, last], **changes))


def spoilt(facts: Report, **changes: Any) -> Report:
    """The report with a first task that the grader failed on."""
    first, *others = facts.tasks
    first = replace(first, score=0.0, verdict=Verdict.GRADER_ERROR)
    return scored(replace(facts, tasks=[first, *others], **changes))


def ungraded_vgg() -> TaskResult:
    """The task that needs a GPU, on a machine without one."""
    why = TestResult(
        "test_vgg_accuracy.py::0", "VGG reaches 60 %.", Verdict.NOT_GRADED, "needs a CUDA device; this machine has none"
    )
    return task("vgg-accuracy", verdict=Verdict.NOT_GRADED, score=0.0, tests=[why])


def week(failures: set[str] | frozenset[str] = frozenset(), **changes: Any) -> Report:
    """A whole week 2: every task passed but those in `failures`; VGG's accuracy not graded; two answers not marked."""
    figures = {
        "lenet-accuracy": digit_figures(),
        "cifarnet-accuracy": colour_figures(),
        "permutation-experiment": experiment_figures(),
    }
    tasks = [
        ungraded_vgg() if name == "vgg-accuracy" else task(name, name in failures, figures=figures.get(name, {}))
        for name in TASK_IDS
    ]
    written = [
        WrittenResult("shuffle", None, 3.0, "Without shuffling every epoch shows the same batches in the same order."),
        WrittenResult("transforms", None, 4.0, ""),
        WrittenResult(
            "epoch-batch-iteration",
            3.0,
            4.0,
            "An epoch is one pass over the data.\nAn iteration is one step of the optimiser, on one batch.",
            "Right. How many iterations make an epoch?",
        ),
    ]
    return report(tasks, written, **changes)


def typical() -> Report:
    """A student who got most things right, with one failure of every kind."""
    missed = digit_figures(0.9412)
    facts = week(frozenset(FAILURES), notes=["skipped __pycache__/ and .DS_Store", "read solution.ipynb as models.py"])
    tasks = [
        replace(
            item,
            verdict=Verdict.WRONG,
            score=0.0,
            figures=missed | {"losses": [1.9, 0.61, 0.33]},
            hint="Draw the loss of every batch. Does it still jump in the last epoch? A smaller rate at the end helps.",
            tests=[
                TestResult(
                    "test_lenet_accuracy.py::0",
                    "After 3 epochs, LeNet-5 recognises at least 97 % of the held-back digits.",
                    Verdict.WRONG,
                    "expected at least 97.0 %, got 94.1 % (the better of 2 trainings)",
                    83.4,
                )
            ],
        )
        if item.id == "lenet-accuracy"
        else item
        for item in facts.tasks
    ]
    return report(tasks, facts.written, notes=facts.notes)


def starter() -> Report:
    """The starter, handed in untouched."""
    why = "raises NotImplementedError: TODO"
    tasks = [
        task(
            name,
            verdict=Verdict.MISSING,
            score=0.0,
            tests=[TestResult(f"{name}::0", f"{title} does what it should.", Verdict.MISSING, why)],
        )
        if name != "vgg-accuracy"
        else ungraded_vgg()
        for name, title, _, _ in TASKS
    ]
    return report(tasks, [WrittenResult("shuffle", None, 15.0)], student="starter")


def broken_file() -> Report:
    """A syntax error in models.py takes five tasks down, for one reason."""
    why = "models.py, line 41: SyntaxError: '(' was never closed\n    self.net = nn.Sequential("
    tasks = [
        replace(
            item,
            verdict=Verdict.CRASH,
            score=0.0,
            figures={},
            tests=[TestResult(f"{item.id}::0", f"{item.title} can be imported.", Verdict.CRASH, why)],
        )
        if item.symbols[0].startswith("models.py") and item.verdict.counts
        else item
        for item in week().tasks
    ]
    return report(tasks, student="broken")


def cohort(size: int, seed: int = 0) -> list[Report]:
    """A class: some perfect, some lost, one that the grader failed on."""
    rng = random.Random(seed)
    names = ["ada", "béla", "chen 晨", "diego", "emmy", "fatima", "grace", "hà", "ivan", "王芳"]
    reports = []
    for number in range(size):
        skill = rng.betavariate(3, 1.2)
        failures = frozenset(name for name in FAILURES if rng.random() > skill)
        one = week(failures, student=f"{names[number % len(names)]}-{number:03d}")
        if number % 13 == 7:
            one = replace(starter(), student=one.student)
        if number % 97 == 11:
            one = replace(one, status=Status.GRADER_ERROR, notes=["the worker could not be started: out of memory"])
        reports.append(one)
    return reports
