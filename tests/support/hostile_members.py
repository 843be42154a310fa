"""Hostile members of a class, drawn by hypothesis: the reference with parts that do harm, under a name, in some wrapping.

A part is a small function that writes something into a folder, with a name that a failing example prints. Parts of code run
where `in` says; `return` gives a drawn value back instead of the right one. To try another kind of harm, add a part of it here.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import socket
import stat
import struct
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import strategies as st

from tests.support.week2_course import REFERENCE

QUESTIONS = ("shuffle", "transforms", "epoch-batch", "cifarnet-lenet", "permuted-pixels")
Writer = Callable[[Path], None]
Wrapper = Callable[[Path, Path], None]


@dataclass(frozen=True)
class Part:
    """Something that does harm; `write` puts it into the folder of a submission."""

    name: str
    write: Writer = field(compare=False)

    def __repr__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Wrapping:
    """How a submission is handed in; `wrap` makes an entry of the class of its folder."""

    name: str
    suffix: str
    wrap: Wrapper = field(compare=False)

    def __repr__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Member:
    """A hostile member: what a failing example prints of it is all that it is made of."""

    name: str
    wrapping: Wrapping
    parts: tuple[Part, ...]

    @property
    def entry(self) -> str:
        """What it is called in a folder of submissions."""
        return self.name + self.wrapping.suffix

    def write(self, target: Path) -> None:
        """Hands the submission in as `target`."""
        with tempfile.TemporaryDirectory() as scratch:
            work = Path(scratch, "work")
            shutil.copytree(REFERENCE, work, ignore=shutil.ignore_patterns("__pycache__"))
            for part in self.parts:
                part.write(work)
            self.wrapping.wrap(work, target)


# --- code: what runs beside the probes ----------------------------------------------------------------------------------

PLACES = {
    "count_parameters": "training",
    "permute_pixels": "training",
    "evaluate": "training",
    "cifar10_test_transform": "data",
}

EXITS = {
    "os._exit(0)": "os._exit(0)",
    "os._exit(3)": "os._exit(3)",
    "SystemExit": "raise SystemExit('the end')",
    "SystemExit of a huge number": "raise SystemExit(10**5000)",
    "SIGKILL to itself": "os.kill(os.getpid(), signal.SIGKILL)",
    "SIGKILL to its group": "os.kill(0, signal.SIGKILL)",
    "SIGKILL to all": "os.kill(-1, signal.SIGKILL)",
    "SIGTERM to its parent": "os.kill(os.getppid(), signal.SIGTERM)",
    "SIGSTOP": "os.kill(os.getpid(), signal.SIGSTOP)",
    "abort": "os.abort()",
    "segmentation fault": "ctypes.string_at(8)",
    "stack overflow": "def deeper():\n        return deeper()\n    deeper()",
    "stack overflow in C": (
        "sys.setrecursionlimit(10**9)\n    deep = []\n    for _ in range(10**6):\n        deep = [deep]\n    repr(deep)"
    ),
    "descriptors closed": "os.closerange(0, 4096)",
    "hang": "while True:\n        pass",
    "hang in a thread": "threading.Thread(target=lambda: time.sleep(10**6)).start()",
    "sleep in C": "ctypes.CDLL(None).sleep(10**6)",
    "exec": "os.execv('/bin/true', ['true'])",
    "atexit": "atexit.register(lambda: os._exit(7))",
}

FLOODS = {
    "prints": "print('x' * 10**7)",
    "prints without a new line": "for _ in range(10**5):\n        sys.stderr.write('y')",
    "control characters": "print(''.join(map(chr, range(32))) * 1000 + '\\x1b]0;title\\x07\\x1b[2J\\u202e')",
    "bytes that are no text": "os.write(1, bytes(range(256)) * 1000)",
    "warnings": "for number in range(3000):\n        warnings.warn(f'warning {number}')",
    "files": "for number in range(3000):\n        open(f'/tmp/{number}', 'w').close()",
    "a huge file": "with open('/tmp/huge', 'wb') as file:\n        while True:\n            file.write(bytes(2**22))",
    "threads": "for _ in range(300):\n        threading.Thread(target=time.sleep, args=(9,), daemon=True).start()",
    "forks": "for _ in range(60):\n        if os.fork() == 0:\n            time.sleep(10**6)",
    "forks of forks": "while True:\n        os.fork()",
    "memory": "kept = [b'x' * 2**26 for _ in range(100)]",
    "memory of a tensor": "torch.ones(2**30).sum()",
    "socket buffers": (
        "kept = [socket.socketpair() for _ in range(100)]\n    for one, _ in kept:\n        one.setblocking(False)\n"
        "        try:\n            while True:\n                one.send(bytes(2**16))\n"
        "        except OSError:\n            pass"
    ),
    "pipes": "kept = [os.pipe() for _ in range(300)]",
    "descriptors": "kept = []\n    while True:\n        kept.append(os.dup(1))",
    "bytes to every descriptor": (
        "for number in range(3, 64):\n        try:\n            os.set_blocking(number, False)\n"
        "            os.write(number, b'\\xff' * 2**16)\n        except OSError:\n            pass"
    ),
}

TEXTS = {
    "surrogates": "'\\ud800\\udfff'",
    "ANSI": "'\\x1b[2J\\x1b]8;;http://x\\x07\\x9b31m'",
    "HTML": "'</pre><script>alert(1)</script><!-- ' + chr(0)",
    "a formula": "'=cmd|\\' /C calc\\'!A0'",
    "markup": "'[/][bold red]x[/bold][link=http://x]' * 50",
    "five million characters": "'z' * 5_000_000",
    "a million lines": "'\\n' * 1_000_000",
    "a million line separators": "'\\u2028' * 1_000_000",
    "backticks": "'`' * 20_000",
    "right to left": "'\\u202e\\u2066' * 100",
    "combining": "'e' + '\\u0301' * 10_000",
    "NUL": "chr(0) * 1000",
    "braces": "'{0.__class__}{{%s%(x)s}}'",
}

EXCEPTIONS = {
    **{f"Exception({name})": f"raise Exception({text})" for name, text in TEXTS.items()},
    "NotImplementedError": "raise NotImplementedError('\\x1b[2J' * 1000)",
    "KeyboardInterrupt": "raise KeyboardInterrupt",
    "GeneratorExit": "raise GeneratorExit",
    "MemoryError": "raise MemoryError",
    "RecursionError": "raise RecursionError",
    "an exception without a text": "class Odd(Exception):\n        def __str__(self):\n            os._exit(5)\n    raise Odd",
    "an exception whose text raises": (
        "class Odd(Exception):\n        def __str__(self):\n            raise self\n    raise Odd"
    ),
    "an exception with a huge name": "raise type('N' * 10**6, (Exception,), {})('x')",
    "an exception with an odd name": "raise type('<b>\\ud800\\n=1+1', (Exception,), {})('x')",
    "a chain of exceptions": (
        "error = None\n    for number in range(3000):\n        new = ValueError(number)\n        new.__cause__ = error\n"
        "        error = new\n    raise error"
    ),
    "a group of exceptions": (
        "group = ValueError('x')\n    for _ in range(300):\n        group = ExceptionGroup('g', [group])\n    raise group"
    ),
    "notes": "error = ValueError('x')\n    error.__notes__ = ['n' * 10**6, 3, None]\n    raise error",
    "arguments that nobody can show": "raise ValueError(type('O', (), {'__repr__': lambda self: 1 / 0})())",
    "a file with an odd name": "exec(compile('1 / 0', '<script>\\n\\x1b[2J/../../etc/passwd', 'exec'))",
    "a file named like ours": "exec(compile('1 / 0', 'week_probes.py', 'exec'))",
    "a line of its own": "exec(compile('\\n' * 10**6 + '1 / 0', 'training.py', 'exec'))",
}

_WAIT = {"hang", "hang in a thread", "sleep in C", "SIGSTOP", "forks of forks"}  # an import may take many seconds
CODE = {"exit": EXITS, "flood": FLOODS, "raise": EXCEPTIONS}

_IMPORTS = "import atexit, ctypes, os, signal, socket, sys, threading, time, warnings\nimport torch\n"


def code(kind: str, name: str, where: str) -> Part:
    """What a function does before it answers as it should, or a file when it is imported."""

    def write(folder: Path) -> None:
        module = PLACES.get(where, "training")
        text = f"\n\n{_IMPORTS}\ndef _harm():\n    {CODE[kind][name]}\n"
        if where in PLACES:
            text += (
                f"\n_right_{where} = {where}\n\ndef {where}(*given):\n    _harm()\n    return _right_{where}(*given)\n"
            )
        else:
            text += "\n_harm()\n"
        _append(folder / f"{module}.py", text)

    return Part(f"{kind}: {name}, in {where}", write)


def value(where: str, expression: str) -> Part:
    """A function that returns something else."""

    def write(folder: Path) -> None:
        text = f"\n\n{_IMPORTS}\n{_NEST}\ndef {where}(*given):\n    return {expression}\n"
        _append(folder / f"{PLACES[where]}.py", text)

    return Part(f"return {expression}, in {where}", write)


def forged_training(answer: str, expression: str) -> Part:
    """A training that never happened: what the probe hands back as `answer`, "losses" or the whole of it."""

    def write(folder: Path) -> None:
        forged = {"losses": f"{{**right, 'losses': {expression}}}", "all": expression}[answer]
        text = f"\n\n{_IMPORTS}\n{_NEST}\nimport cnngrade.sandbox.inside.probes as _probes\n"
        text += "\ngiven = ()\n_right = _probes.trained\n"
        text += "\ndef train_lenet(*given):\n    return LeNet5()\n"
        text += (
            f"\ndef _forged(*given):\n    right = _right(*given)\n    return {forged}\n\n_probes.trained = _forged\n"
        )
        _append(folder / "training.py", text)

    return Part(f"trained, {answer}: {expression}", write)


_NEST = """
def nest(kind, depth):
    value = 1
    for _ in range(depth):
        value = {"list": [value], "dict": {"k": value}, "tuple": (value,), "many": [value, value]}[kind]
    return value
"""

_LEAVES = [
    *("None", "True", "False", "0", "-1", "689", "10**4000", "-(10**400)", "2**63", "2**64", "1e308", "-0.0", "5e-324"),
    *(
        "float('nan')",
        "float('inf')",
        "-float('inf')",
        "1j",
        "''",
        "b''",
        "b'x' * 10**6",
        "Ellipsis",
        "object()",
        "print",
    ),
    *("type", "range(9)", "iter([])", "NotImplemented", "bytearray(3)", "{1, 2}", "frozenset()", "memoryview(b'x')"),
    *("torch.zeros(0)", "torch.tensor(float('nan'))", "torch.full((3,), float('inf'))", "torch.zeros(3, 4, 5)"),
    *("torch.zeros(2, dtype=torch.complex64)", "torch.zeros(2, dtype=torch.bool)", "torch.ones(3, requires_grad=True)"),
    *(
        "torch.zeros(1).expand(10**12)",
        "torch.zeros(10**7)",
        "torch.empty(3, device='meta')",
        "torch.eye(3).to_sparse()",
    ),
    *("torch.zeros([1] * 60)", "torch.tensor(10**18)", "torch.nn.Linear(2, 2)", "torch.float32", "torch.Size([3])"),
    *("torch.zeros(3).numpy()", "torch.zeros(3).numpy()[0]", "given", "given[0] if given else 0", "lambda *x: 0"),
    *("nest('list', 50)", "nest('list', 5000)", "nest('dict', 60)", "nest('tuple', 20)", "nest('many', 17)"),
    *("list(range(10**5))", "[[]] * 10**5", "{number: number for number in range(10**4)}", "['y' * 1000] * 1000"),
    *("[float(n) * 1e300 for n in range(5000)]", "type('Int', (int,), {'__eq__': lambda *x: True})(689)"),
    *TEXTS.values(),
]


def values() -> st.SearchStrategy[str]:
    """Expressions of what a function may return."""
    return st.recursive(
        st.sampled_from(_LEAVES),
        lambda inner: st.one_of(
            st.lists(inner, max_size=4).map(lambda each: f"[{', '.join(each)}]"),
            st.lists(inner, max_size=3).map(lambda each: f"({''.join(f'{one}, ' for one in each)})"),
            st.tuples(st.sampled_from(["'k'", "1", "None", "'\\ud800'", "'<i>'", "(1, 2)", "float('nan')"]), inner).map(
                lambda pair: f"{{{pair[0]}: {pair[1]}}}"
            ),
            inner.map(lambda one: f"[{one}] * 3000"),
        ),
        max_leaves=5,
    )


# --- answers.md ---------------------------------------------------------------------------------------------------------

SHEETS = {
    "spaces": b"## shuffle\n\n" + b" " * 1_900_000 + b"x\n",
    "spaces and lines": b"## shuffle\n\n" + b" \n" * 900_000 + b"x\n",
    "headings": b"## shuffle\nx\n" * 120_000,
    "headings of spaces": b"## shuffle" + b" " * 900_000 + b"x\n" + b"#" * 900_000,
    "headings of other questions": b"".join(b"## other-%d\n\nwords\n\n" % number for number in range(90_000)),
    "hash signs": b"#" * 1_900_000,
    "hash signs and spaces": b"# " * 900_000,
    "comments that stay open": b"## shuffle\n" + b"<!-- " * 380_000,
    "comments": b"## shuffle\n" + b"<!-- x --> " * 150_000,
    "dashes in a comment": b"## shuffle\n<!--" + b"-" * 1_900_000,
    "fences": b"## shuffle\n" + b"```\n" * 470_000,
    "tildes": b"## shuffle\n" + b"~" * 1_900_000,
    "quotes": b"## shuffle\n" + b"> " * 900_000,
    "nested lists": b"## shuffle\n" + b"\n".join(b" " * number + b"- x" for number in range(1800)),
    "brackets": b"## shuffle\n" + b"[" * 900_000 + b"]" * 900_000,
    "links": b"## shuffle\n" + b"[a](" * 400_000,
    "stars": b"## shuffle\n" + b"*a **b " * 200_000,
    "underscores": b"## shuffle\n" + b"_" * 1_900_000,
    "backticks": b"## shuffle\n" + b"`" * 1_900_000,
    "dollars": b"## shuffle\n" + b"$x" * 900_000,
    "entities": b"## shuffle\n" + b"&#x" * 600_000,
    "HTML": b"## shuffle\n</div></article><script>alert(1)</script><img src=x onerror=alert(1)>" * 2000,
    "ANSI": b"## shuffle\nwords of mine \x1b[2J\x1b]0;x\x07\x9b31m and more words\n" * 2000,
    "markup": b"## shuffle\nwords of mine [/] [bold red]and[/bold] [link=x]more[/] [@click=app.quit]words\n" * 500,
    "control characters": b"## shuffle\n" + bytes(range(32)) * 30_000 + b"\x7f" * 1000,
    "no text": b"## shuffle\n" + bytes(range(256)) * 7000,
    "UTF-16": ("## shuffle\n" + "words of mine " * 50_000).encode("utf-16"),
    "UTF-16 cut": ("## shuffle\n" + "words of mine " * 50_000).encode("utf-16")[:-1],
    "NUL": bytes(1_900_000),
    "combining": ("## shuffle\n" + "e" + "\u0301" * 900_000).encode(),
    "right to left": ("## shuffle\n" + "\u202e\u2066words " * 100_000).encode(),
    "zero width": ("## shuffle\n" + "\u200b" * 600_000 + "words").encode(),
    "han": ("## shuffle\n" + "\u6d17" * 600_000).encode(),
    "carriage returns": b"## shuffle\r" + b"words of mine\r" * 130_000,
    "formulas": b"## shuffle\n=HYPERLINK(\"http://x\")\n## transforms\n@SUM(1)\n## epoch-batch\n+1\n## permuted-pixels\n-1\n",
    "quotes and commas": b'## shuffle\n",",";"\n""\n' * 1000,
    "one line": b"## shuffle\n" + b"w" * 1_900_000,
    "words": b"## shuffle\n" + b"a bc " * 380_000,
    "every question at length": b"".join(b"## %s\n" % each.encode() + b"long words " * 33_000 for each in QUESTIONS),
    "tables": b"## shuffle\n" + b"|" * 900_000 + b"\n" + b"|-" * 400_000,
    "dots and dashes": b"## shuffle\n" + b"--- ... " * 230_000,
    "underlined": b"shuffle\n" + b"=" * 1_900_000 + b"\n",
    "empty": b"",
}  # fmt: skip


def sheet(name: str) -> Part:
    """An answer sheet."""
    return Part(f"sheet: {name}", lambda folder: _put(folder / "answers.md", SHEETS[name]))


# --- notebooks ----------------------------------------------------------------------------------------------------------


def _cell(source: object, *tags: str, kind: object = "code") -> dict[str, object]:
    return {"cell_type": kind, "source": source, "metadata": {"tags": [*tags]}, "outputs": [], "id": "x"}


def _notebook(cells: list[object], **more: object) -> bytes:
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells} | more).encode()


def _right() -> list[object]:
    modules = [(path.name, path.read_text("utf-8")) for path in sorted(REFERENCE.glob("*.py"))]
    return [_cell(text, name) for name, text in modules]


NOTEBOOKS: dict[str, Callable[[], bytes]] = {
    "empty cells": lambda: (
        b'{"nbformat":4,"metadata":{},"cells":[' + b'{"cell_type":"code"},' * 400_000 + b'{"cell_type":"code"}]}'
    ),
    "cells of one tag": lambda: _notebook([*_right(), *[_cell("x = 1", "training.py:evaluate")] * 20_000]),
    "cells of many tags": lambda: _notebook([*_right(), *[_cell("x", f"answer:{n}") for n in range(20_000)]]),
    "answers": lambda: _notebook([*_right(), *[_cell("some words", "answer:shuffle", kind="markdown")] * 20_000]),
    "tags": lambda: _notebook([*_right(), _cell("x", *[f"data.py:{n}" for n in range(100_000)])]),
    "broken JSON": lambda: _notebook(_right())[:-20],
    "deep JSON": lambda: b'{"nbformat":4,"x":' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    "another type": lambda: _notebook([_cell({"a": 1}, kind=3)]),
    "no notebook": lambda: b"[1, 2, 3]",
    "an old format": lambda: _notebook(_right(), nbformat=3),
    "a huge format": lambda: _notebook(_right(), nbformat=10**30),
    "NaN": lambda: _notebook(_right()).replace(b'"id": "x"', b'"execution_count": NaN'),
    "surrogates": lambda: _notebook([*_right(), _cell("x = '\ud800'", "data.py:\ud800")]),
    "outputs": lambda: _notebook([*_right(), _cell("x") | {"outputs": [{"text": "y" * 5_000_000}]}]),
    "magics": lambda: _notebook([*_right(), _cell("!ls\n" * 100_000 + "%" * 100_000, "training.py:evaluate")]),
    "quotes": lambda: _notebook([*_right(), _cell("x = '" * 200_000 + "%", "training.py:evaluate")]),
    "triple quotes": lambda: _notebook([*_right(), _cell("'''\n" * 100_000 + "%", "training.py:evaluate")]),
    "lines": lambda: _notebook([*_right(), _cell(["\n"] * 300_000, "training.py:evaluate")]),
    "brackets": lambda: _notebook([*_right(), _cell("(" * 500_000 + "\n!x", "training.py:evaluate")]),
    "spaces before a sign": lambda: _notebook([*_right(), _cell((" " * 2000 + "a = b\n") * 500 + "!", "data.py:x")]),
    "words before a sign": lambda: _notebook([*_right(), _cell("a, " * 300_000 + "!", "training.py:evaluate")]),
    "other cells listed": lambda: _notebook(
        _right(), metadata={"cnngrade": {"week": "week2", "cells": [f"data.py:{n}" for n in range(50_000)]}}
    ),
    "another week": lambda: _notebook(_right(), metadata={"cnngrade": {"week": "week1\x1b[2J", "cells": []}}),
    "control characters": lambda: _notebook([*_right(), _cell("x", "answer:\x1b[2J\n<b>", "data.py:\x00")]),
}


def notebook(name: str, alone: bool) -> Part:
    """A notebook, beside the modules or (`alone`) in their place."""

    def write(folder: Path) -> None:
        if alone:
            for path in folder.glob("*.py"):
                _remove(path)
        _put(folder / "week2.ipynb", NOTEBOOKS[name]())

    return Part(f"notebook: {name}{', alone' if alone else ''}", write)


# --- other files --------------------------------------------------------------------------------------------------------

_METADATA = """---
submission_1:
  :submitters:
  - :name: Ada Lovelace
    :email: ada@example.org
    :sid: ada
  - :name: "Zo\\u00eb"
    :sid: "zo\\u00eb"
  :created_at: 2026-01-01 00:00:00 Z
submission_2:
  :submitters:
  - :sid: bea
"""
_BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def _metadata(text: str) -> Writer:
    def write(folder: Path) -> None:
        _put(folder / "submission_metadata.yml", text.encode())
        for name in ("submission_1", "submission_2"):
            shutil.copytree(REFERENCE, folder / name, ignore=shutil.ignore_patterns("__pycache__"))

    return write


def _named(*names: str, content: bytes = b"x = 1\n") -> Writer:
    def write(folder: Path) -> None:
        for name in names:
            _put(folder / name, content)

    return write


def _module(stem: str, content: bytes) -> Writer:
    return lambda folder: _put(folder / f"{stem}.py", content)


def _behind(stem: str, content: bytes) -> Writer:
    return lambda folder: _append(folder / f"{stem}.py", content)


def _linked(name: str, target: str) -> Writer:
    def write(folder: Path) -> None:
        _remove(folder / name)
        (folder / name).symlink_to(target)

    return write


def _mode(name: str, mode: int) -> Writer:
    def write(folder: Path) -> None:
        (folder / name).chmod(mode)

    return write


def _closed_folder(folder: Path) -> None:
    (folder / "inner").mkdir()
    _put(folder / "inner" / "more.py", b"x = 1\n")
    (folder / "inner").chmod(0)


def _fifo(folder: Path) -> None:
    _remove(folder / "training.py")
    os.mkfifo(folder / "training.py")


def _socket(folder: Path) -> None:
    _remove(folder / "data.py")
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(folder / "data.py"))


def _sparse(folder: Path) -> None:
    with (folder / "training.py").open("r+b") as file:
        file.truncate(2**34)


def _many(folder: Path) -> None:
    for number in range(3000):
        _put(folder / f"module{number}.py", b"x = 1\n" * 9)


def _deep(folder: Path) -> None:
    where = folder
    for _ in range(150):
        where /= "d"
    where.mkdir(parents=True)
    _put(where / "deep.py", b"x = 1\n")


def _folder_as_module(folder: Path) -> None:
    _remove(folder / "training.py")
    _put(folder / "training.py" / "__init__.py", b"x = 1\n")


FILES: dict[str, Writer] = {
    "Gradescope's metadata": _metadata(_METADATA),
    "Gradescope's metadata, broken": _metadata("{[:"),
    "Gradescope's metadata, a bomb": _metadata(_BOMB),
    "Gradescope's metadata, deep": _metadata("[" * 20_000),
    "Gradescope's metadata, of other folders": _metadata("../ada:\n  :submitters:\n  - :sid: ada\n"),
    "a gradebook": _named("gradebook.csv", content=b"student,score\nada,0\n"),
    "a roster": _named("roster.csv", content=b"student,name,extension,handed in\nada,Ada,9,2020-01-01\n"),
    "timestamps": _named("timestamp.txt", "submitted_at.csv", content=b"2020-01-01\n"),
    "names of Moodle": _named(
        "Ada Lovelace_101_assignsubmission_file_training.py", "ada_101_assignsubmission_onlinetext"
    ),
    "names of Canvas": _named(
        "lovelaceada_101_9001_week2.zip", "lovelaceada_LATE_101_9001_training.py", "x_1_text.html"
    ),
    "a folder of Moodle": _named("Ada Lovelace_101_assignsubmission_file_/training.py"),
    "a clone": _named(".git/HEAD", ".git/config", content=b"ref: refs/heads/main\n"),
    "reports": _named("reports/ada/report.json", "index.html", "grades.db", content=b'{"score": 100}'),
    "another week": _named("week1/training.py", "week2/data.py", "week2/week2/models.py"),
    "conftest": _named(
        "conftest.py", "pytest.ini", "pyproject.toml", "sitecustomize.py", content=b"import os; os._exit(0)\n"
    ),
    "our probes": _named("week_probes.py", "probes.py", "cnngrade.py", content=b"import os; os._exit(0)\n"),
    "our package": _named(
        "cnngrade/__init__.py", "cnngrade/wire.py", "torch/__init__.py", content=b"raise SystemExit\n"
    ),
    "standard modules": _named(
        "json.py", "msgspec.py", "struct.py", "re.py", "typing.py", content=b"raise SystemExit\n"
    ),
    "a file of no text in its name": lambda folder: _put(
        Path(os.fsdecode(os.fsencode(folder) + b"/\xff\xfe.py")), b"x\n"
    ),
    "a folder of no text in its name": lambda folder: _put(
        Path(os.fsdecode(os.fsencode(folder) + b"/\xff/\xfe.py")), b"x\n"
    ),
    "names with new lines": _named("a\nb.py", "\r\n.md", "\x1b[2J.py", "\u202eyp.x.py"),
    "names that are long": _named("n" * 251 + ".py", "\u6d17" * 80 + ".py"),
    "names that are formulas": _named("=cmd|' /C calc'!A0.py", "-rf.py", "<script>alert(1)<.py", "[red]x[/].py"),
    "names that differ in case": _named("Training.py", "TRAINING.PY", "training.PY", "ANSWERS.md"),
    "names that differ in form": _named("zo\u00eb.py", "zoe\u0308.py"),
    "names with backslashes": _named("..\\..\\training.py", "C:\\training.py"),
    "many files": _many,
    "deep folders": _deep,
    "a folder named like a module": _folder_as_module,
    "a link to a file of the system": _linked("training.py", "/etc/passwd"),
    "a link to a neighbour": _linked("training.py", "../bea/training.py"),
    "a link to itself": _linked("training.py", "training.py"),
    "a link to the class": _linked("others", ".."),
    "a link to everything": _linked("all", "/"),
    "a link to endless bytes": _linked("training.py", "/dev/zero"),
    "a fifo": _fifo,
    "a socket": _socket,
    "a file of 16 GB": _sparse,
    "a module that nobody may read": _mode("training.py", 0),
    "a folder that nobody may read": _closed_folder,
    "a folder that may only be listed": _mode(".", 0o400),
    "a folder without any rights": _mode(".", 0),
    "a module of 3 MB": _module("training", b"x = 1\n" * 500_000),
    "a module of 2 MB": _behind("training", b"\n" + b"x = 1\n" * 330_000),
    "a line of 2 MB": _behind("training", b"\nx = '" + b"y" * 1_900_000 + b"'\n"),
    "a comment of 2 MB": _behind("training", b"\n#" + b"y" * 1_900_000),
    "tokens": _behind("training", b"\nx = [" + b"1," * 600_000 + b"]\n"),
    "brackets": _behind("training", b"\nx = " + b"(" * 100_000 + b"1" + b")" * 100_000),
    "signs": _behind("training", b"\nx = " + b"-" * 500_000 + b"1\n"),
    "dots": _behind("training", b"\nx = 0" + b".a" * 300_000),
    "sums": _behind("training", b"\nx = 1" + b"+1" * 300_000),
    "a number": _behind("training", b"\nx = " + b"9" * 1_000_000),
    "indentation": _behind("training", b"\n" + b"".join(b" " * number + b"if 1:\n" for number in range(1500))),
    "texts that stay open": _behind("training", b"\nx = " + b"'" * 500_001),
    "f-strings": _behind("training", b"\nx = " + b"f'{" * 3000),
    "NULs": _module("training", b"x = 1\n\0\0\0"),
    "no text": _module("training", bytes(range(256)) * 100),
    "UTF-16": _module("training", "x = 1\n".encode("utf-16") * 50),
    "another encoding": _module("training", b"# coding: rot13\nk = 1\n"),
    "an encoding that is none": _module("training", b"# coding: \x1b[2J<b>\nx = 1\n"),
    "form feeds": _behind("training", b"\x0c\n" * 300_000),
    "carriage returns": _behind("training", b"\r" * 300_000),
    "escapes in comments": _behind("models", b"\n# </script><b>\x1b[2J [/red] \xe2\x80\xae\n" * 200),
    "an empty module": _module("training", b""),
    "no module": lambda folder: [_remove(path) for path in folder.glob("*.py")] and None,
}


def file(name: str) -> Part:
    """Something beside the modules, or in the place of one."""
    return Part(f"files: {name}", FILES[name])


# --- how it is handed in ------------------------------------------------------------------------------------------------


def _paths(work: Path) -> list[Path]:
    """What a program that packs a folder would find: no sockets, no fifos, nothing too large."""
    work.chmod(0o700)
    found = []
    for path in sorted(work.rglob("*")):
        facts = path.lstat()
        if path.is_symlink() or (stat.S_ISREG(facts.st_mode) and facts.st_size < 2**24):
            found.append(path)
    return found


def _name_in(work: Path, path: Path) -> str:
    return path.relative_to(work).as_posix().encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _zip(work: Path, target: Path, more: Callable[[zipfile.ZipFile], None] = lambda archive: None) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in _paths(work):
            info = zipfile.ZipInfo(_name_in(work, path))
            info.compress_type = zipfile.ZIP_DEFLATED
            if path.is_symlink():
                info.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(info, str(path.readlink()) if path.is_symlink() else path.read_bytes())
        more(archive)


def _zip_with(*members: tuple[str, bytes]) -> Wrapper:
    def more(archive: zipfile.ZipFile) -> None:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content)

    return lambda work, target: _zip(work, target, more)


def _changed(wrapper: Wrapper, change: Callable[[bytes], bytes]) -> Wrapper:
    def wrap(work: Path, target: Path) -> None:
        wrapper(work, target)
        target.write_bytes(change(target.read_bytes()))

    return wrap


def _tar(work: Path, target: Path, *more: tarfile.TarInfo, compressed: bool = True) -> None:
    with tarfile.open(target, "w:gz" if compressed else "w", errors="surrogateescape") as archive:
        for path in _paths(work):
            archive.add(path, path.relative_to(work).as_posix(), recursive=False)
        for info in more:
            archive.addfile(info, io.BytesIO(bytes(info.size)))


def _tar_with(name: str, kind: bytes = tarfile.REGTYPE, link: str = "", size: int = 0) -> Wrapper:
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.size = kind, link, size
    return lambda work, target: _tar(work, target, info)


def _zip_in_zips(work: Path, target: Path) -> None:
    _zip(work, target)
    for number in range(30):
        content = target.read_bytes()
        with zipfile.ZipFile(target, "w") as archive:
            archive.writestr(f"{number}.zip", content)


def _folder(work: Path, target: Path) -> None:
    shutil.move(work, target)


def _in_folder(work: Path, target: Path) -> None:
    """The same archives a platform would find in a student's folder."""
    target.mkdir()
    for number in range(12):
        _zip(work, target / f"part{number}.zip")
    _zip_with(("../../x.py", b"x"))(work, target / "\u202epiz.zip")


def _bytes(content: bytes) -> Wrapper:
    return lambda work, target: _put(target, content)


def _link(to: str) -> Wrapper:
    return lambda work, target: target.symlink_to(to)


def _empty_folder(work: Path, target: Path) -> None:
    target.mkdir()


def _closed(work: Path, target: Path) -> None:
    target.mkdir()
    target.chmod(0)


def _of_closed(work: Path, target: Path) -> None:
    _zip(work, target)
    target.chmod(0)


def _bomb() -> bytes:
    """600 members that share 1 MB of zeros each: 600 MB unpacked."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(600):
            archive.writestr(f"module{number}.py", bytes(2**20))
    return made.getvalue()


WRAPPINGS: dict[str, tuple[str, Wrapper]] = {
    "a folder": ("", _folder),
    "a zip": (".zip", _zip),
    "a tar": (".tar", lambda work, target: _tar(work, target, compressed=False)),
    "a compressed tar": (".tar.gz", _tar),
    "a folder of archives": ("", _in_folder),
    "a zip that climbs": (".zip", _zip_with(("../../../training.py", b"x"), ("ok.py", b"x"))),
    "a zip with absolute names": (".zip", _zip_with(("/etc/passwd.py", b"x"))),
    "a zip with odd names": (".zip", _zip_with(("a\nb.py", b"x"), ("\x1b[2J.py", b"x"), ("training.py/x.py", b"x"))),
    "a zip that holds a name twice": (".zip", _zip_with(("training.py", b"x"), ("./training.py", b"y"))),
    "a zip with deep folders": (".zip", _zip_with(("d/" * 2000 + "x.py", b"x"))),
    "a zip with many files": (".zip", _zip_with(*[(f"{number}.txt", b"") for number in range(5000)])),
    "a zip in zips": (".zip", _zip_in_zips),
    "a zip that unpacks to 600 MB": (".zip", lambda work, target: _put(target, _bomb())),
    "a zip that lies about sizes": (
        ".zip",
        _changed(
            _zip_with(("big.py", bytes(2**23))),
            lambda content: content.replace(struct.pack("<I", 2**23), struct.pack("<I", 10)),
        ),
    ),
    "a zip that is cut": (".zip", _changed(_zip, lambda content: content[:-30])),
    "a zip with damaged files": (".zip", _changed(_zip, lambda content: content.replace(b"PK\x01\x02", b"PK\x07\x07"))),
    "a zip with damaged data": (".zip", _changed(_zip, lambda content: content[:50] + bytes(500) + content[550:])),
    "an encrypted zip": (
        ".zip",
        _changed(_zip, lambda c: c.replace(b"PK\x01\x02\x14\x03\x14\0\0", b"PK\x01\x02\x14\x03\x14\0\x01")),
    ),
    "an empty zip": (".zip", _bytes(b"PK\x05\x06" + bytes(18))),
    "an empty file": (".zip", _bytes(b"")),
    "no zip": (".zip", _bytes(b"this is no zip\n" * 1000)),
    "a zip that is a folder": (".zip", _folder),
    "a zip that is a link": (".zip", _link("bea.zip")),
    "a zip that nobody may read": (".zip", _of_closed),
    "a tar that climbs": (".tar.gz", _tar_with("../../x.py", size=3)),
    "a tar with a link": (".tar.gz", _tar_with("x.py", tarfile.SYMTYPE, "/etc/passwd")),
    "a tar with a hard link": (".tar.gz", _tar_with("x.py", tarfile.LNKTYPE, "training.py")),
    "a tar with a device": (".tar.gz", _tar_with("x.py", tarfile.CHRTYPE)),
    "a tar with a fifo": (".tar.gz", _tar_with("x.py", tarfile.FIFOTYPE)),
    "a tar of zeros": (".tar.gz", _tar_with("x.py", size=2**26)),
    "a tar that is cut": (".tar.gz", _changed(_tar, lambda content: content[: len(content) // 2])),
    "a tar with a long header": (".tar.gz", _tar_with("n" * 60_000 + ".py", size=1)),
    "a tar of nothing": (".tar", _bytes(bytes(10**6))),
    "a tar of noise": (".tar", _bytes(bytes(range(1, 250)) * 4000)),
    "a tar whose gzip is cut": (".tar.gz", _bytes(gzip.compress(bytes(10**6))[:100])),
    "another archive": (".7z", _bytes(b"7z\xbc\xaf" + bytes(99))),
    "a module": (".py", _bytes(b"x = 1\n")),
    "a notebook": (".ipynb", lambda work, target: _put(target, NOTEBOOKS["cells of many tags"]())),
    "a broken notebook": (".ipynb", _bytes(b'{"cells": ')),
    "a PDF": (".pdf", _bytes(b"%PDF")),
    "an empty folder": ("", _empty_folder),
    "a closed folder": ("", _closed),
    "a link to a neighbour": ("", _link("bea")),
    "a link to nothing": ("", _link("nothing")),
    "a link to itself": ("", lambda work, target: target.symlink_to(target.name)),
    "a link to the class": ("", _link(".")),
    "a link to the system": ("", _link("/etc")),
    "a fifo": (".zip", lambda work, target: os.mkfifo(target)),
    "a file without a suffix": ("", _bytes(b"x = 1\n")),
}
FOLDERS = {"a folder", "a folder of archives", "a zip that is a folder", "an empty folder", "a closed folder"}
_USUAL = ["a folder", "a folder", "a folder", "a zip", "a compressed tar"]  # in which the parts are read


# --- names --------------------------------------------------------------------------------------------------------------

NAMES = [
    *("mallory", "week2", "training", "-rf", "--out", "con", "NUL.txt", "a\nb", "\x1b[31mred", "=cmd|' C calc'!A0"),
    *("<script>alert(1)<", "&amp;", "%2e%2e%2f", "..x", "~root", "$(reboot)", "`x`", "[red]x[bold]", "{0}", "%s"),
    *("submission_metadata.yml", "submission_1", "gradebook.csv", "roster.csv", "index.html", "report.html", "reports"),
    *(
        "Mal Lory_666_assignsubmission_file_",
        "Ada_101_assignsubmission_file_x",
        "mallory_666_9100_week2",
        "x_LATE_6_7_w",
    ),
    *(
        "anon_ab1_9_week2",
        "assignment_1_export",
        "week2-mallory",
        "ada.zip",
        "ada.tar.gz",
        "ada_backup",
        "ada-2",
        "bea-2",
    ),
    *(
        "ada (attempt 1)",
        "bea (attempt 2)",
        "mallory ",
        " mallory",
        "mallory.",
        "\u202eyrollam",
        "\u200b",
        "m\u0301allory",
    ),
    *(
        "\u738b\u82b3",
        "n" * 240,
        "\u6d17" * 75,
        "a\u2028b",
        "a\\b",
        "C:mallory",
        "\udcff\udcfe",
        "mal\udce9lory",
        "\uffff",
    ),
    *(
        "training.py.d",
        "week2.ipynb.d",
        "node_modules2",
        "week1",
        "-",
        "0",
        "1e999",
        "TRUE",
        "NaN",
        "'",
        '"',
        ";",
        "student",
    ),
]
# Other ways to write the name of somebody else.
DOUBLES = ["Ada", "ADA", "zoe\u0308", "ZO\u00cb", "Bea", "\uff41da"]


# --- members ------------------------------------------------------------------------------------------------------------


def parts() -> st.SearchStrategy[Part]:
    """Any part that a submission may hold."""
    kinds = [
        st.builds(code, st.just(kind), st.sampled_from(sorted(names)), st.sampled_from(places))
        for kind, known in CODE.items()
        for names, places in ((known, [*PLACES]), (known.keys() - _WAIT, ["an import"]))
    ]
    return st.one_of(
        *kinds,
        st.builds(value, st.sampled_from(sorted(PLACES)), values()),
        st.builds(value, st.sampled_from(sorted(PLACES)), values()),
        st.builds(sheet, st.sampled_from(sorted(SHEETS))),
        st.builds(notebook, st.sampled_from(sorted(NOTEBOOKS)), st.booleans()),
        st.builds(file, st.sampled_from(sorted(FILES))),
        st.builds(file, st.sampled_from(sorted(FILES))),
    )


def wrappings() -> st.SearchStrategy[Wrapping]:
    """How it is handed in: more often than not so that its parts are read."""
    return st.builds(wrapping, st.sampled_from([*_USUAL * 8, *WRAPPINGS]))


def wrapping(name: str) -> Wrapping:
    """The wrapping of this name."""
    return Wrapping(name, *WRAPPINGS[name])


def names() -> st.SearchStrategy[str]:
    """Names of entries."""
    free = st.text(st.characters(exclude_characters="/\0", exclude_categories=("Cs",)), min_size=1, max_size=30)
    return st.one_of(st.sampled_from(NAMES), st.sampled_from([*NAMES, *DOUBLES]), free)


_LOSSES = [
    *(
        "[1e308, -1e308] * 10",
        "[float('nan')] * 20",
        "[float('inf'), 1.0]",
        "['1.5'] * 20",
        "[10**400] * 3",
        "[True] * 20",
    ),
    *(
        "[None] * 20",
        "[[1.0]] * 20",
        "{'a': 1}",
        "'1.5'",
        "1.5",
        "[]",
        "[1.0] * 150_000",
        "[1e-320] * 20",
        "torch.ones(20)",
    ),
    *("[2.0**n for n in range(1000)]", "[torch.ones(())] * 20", "[1.0] * 20 + [nest('list', 40)]", "[1j] * 20"),
]


def trainers() -> st.SearchStrategy[Member]:
    """Members of a class that train nothing and tell of it."""
    losses = st.builds(forged_training, st.just("losses"), st.one_of(st.sampled_from(_LOSSES), values()))
    part = st.one_of(losses, losses, st.builds(forged_training, st.just("all"), values()))
    names = st.sampled_from(["mallory", "aaron", "zz"])
    return st.builds(Member, names, st.builds(wrapping, st.just("a folder")), st.tuples(part))


def members(entries: st.SearchStrategy[str] | None = None) -> st.SearchStrategy[Member]:
    """Members of a class, under names of `entries`."""
    chosen = names() if entries is None else entries
    return st.builds(Member, chosen, wrappings(), st.lists(parts(), min_size=1, max_size=3).map(tuple))


# --- writing ------------------------------------------------------------------------------------------------------------


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    _remove(path)
    path.write_bytes(content)


def _append(path: Path, content: bytes | str) -> None:
    """Adds to a file; where another part has put something else in its place, that stays."""
    if path.is_file() and not path.is_symlink():
        path.chmod(0o600)
        with path.open("ab") as file:
            file.write(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
