from __future__ import annotations

import os
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
import torch

from cnngrade.course.assignment import Limits
from cnngrade.errors import GraderError
from cnngrade.judge import session as session_module
from cnngrade.judge.failures import Failure
from cnngrade.judge.session import Ask, Session, StartError
from cnngrade.records.report import Verdict
from cnngrade.reference.pace import FoundPace
from cnngrade.reference.sessions import TrustedSession
from cnngrade.sandbox.inside.wire import Opaque, WireError
from cnngrade.sandbox.outside.forked import AVAILABLE, Forked
from cnngrade.sandbox.outside.process import FreshProcess

WEEK_FILES = ["data.py", "models.py", "training.py"]
LIMITS = Limits(seconds=5, memory_mb=512, output_kb=2)
MOST = replace(LIMITS, memory_mb=1024)
linux = pytest.mark.skipif(not AVAILABLE, reason="rlimits and signals as Linux has them")

Open = Callable[..., "Asked"]


class Asked:
    """A session of one submission, asked with fewer words."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def __call__(self, symbol: str, *args: Any, seed: int = 1, seconds: float = 10, memory_mb: int = 512) -> Any:
        limits = replace(LIMITS, memory_mb=memory_mb)
        return self.session.ask(Ask("call", [f"models.py:{symbol}", *args], {}, seed, seconds, limits))

    def fails(self, symbol: str, *args: Any, **limits: Any) -> Failure:
        """The failure that a call of `symbol` is."""
        with pytest.raises(Failure) as caught:
            self(symbol, *args, **limits)
        return caught.value


def source(text: str) -> bytes:
    return textwrap.dedent(text).encode()


@pytest.fixture(scope="module")
def isolation() -> Iterator[Forked | FreshProcess]:
    """The same worker as in a fresh process, without the wait."""
    with Forked() if AVAILABLE else FreshProcess() as found:
        yield found


@pytest.fixture
def submit(isolation: Forked | FreshProcess) -> Iterator[Open]:
    """Opens a session for the files of a submission: `submit(models="def f(): ...")` or `submit({"a/b.py": b""})`."""
    with ExitStack() as stack:

        def make(files: dict[str, bytes] | None = None, models: str = "", probes: str = "", **others: Any) -> Asked:
            found = {"models.py": source(models)} | (files or {}) if models else files or {}
            kind = others.pop("kind", Session)
            session = kind(others.pop("isolation", isolation), found, WEEK_FILES, source(probes).decode(), MOST)
            return Asked(stack.enter_context(session))

        yield make


# --- answers ----------------------------------------------------------------------------------------------------------


def test_a_probe_is_answered(submit: Open) -> None:
    """A call's arguments arrive, and so does what it returns."""
    asked = submit(models="def f(x, y): return {'sum': x + y, 'pair': (x, y)}")
    assert asked("f", 1, 2) == {"sum": 3, "pair": (1, 2)}
    assert torch.equal(asked("f", torch.ones(2), 1)["sum"], torch.full((2,), 2.0))


def test_the_process_says_what_it_runs_on(submit: Open) -> None:
    """Loading gives versions and device, and happens once."""
    asked = submit(models="x = 1")
    ready = asked.session.load()
    assert (ready.torch, ready.device) == (torch.__version__, "cpu")
    assert asked.session.load() is ready


@pytest.mark.parametrize(
    ("expression", "type_name"),
    [
        ("{1, 2}", "set"),
        ("object()", "object"),
        ("(i for i in [])", "generator"),
        ("{1: 2}", "dict"),
        ("f", "function"),
    ],
)
def test_results_of_odd_types_are_answers_too(submit: Open, expression: str, type_name: str) -> None:
    """What cannot travel arrives as a name and a repr, for a test to call wrong; nothing breaks."""
    answer = submit(models=f"def f(): return {expression}")("f")
    assert isinstance(answer, Opaque)
    assert answer.type == type_name


# --- failures -----------------------------------------------------------------------------------------------------------


BROKEN = """
import ctypes, os, sys, torch
from torch import nn

def exits(): sys.exit()
def exits_at_once(): os._exit(0)
def interrupts(): raise KeyboardInterrupt
def generator_exit(): raise GeneratorExit("odd")
def recurses(): return recurses()
def segfaults(): ctypes.string_at(0)
def loops():
    while True: pass
def sleeps():
    import time; time.sleep(600)
def allocates_list(): return [bytes(10**6) for _ in range(10**5)]
def allocates_tensor(): return torch.zeros(10**10)
def allocates_numpy():
    import numpy
    return numpy.ones(10**10)
def floods():
    for _ in range(100): print("z" * 10**6)
    print("last")
def large(): return torch.zeros(17 * 2**20)
def many(): return list(range(300_000))
def deep():
    x = []
    for _ in range(100): x = [x]
    return x
def todo(): raise NotImplementedError("TODO: count the parameters")
def todo_bare(): raise NotImplementedError
def wrong_dtype(): return torch.randn(3, dtype=torch.long)
def no_forward(): return nn.Module()(1)
def takes_two(a, b): return a
def divides(): return 1 / 0
def terminal(): raise ValueError("a\\x1b[31mred\\x07")
def surrogate(): raise ValueError("\\ud800")
def cites():
    raise RuntimeError(f"see {__file__}")
class Rude(Exception):
    def __str__(self): raise TypeError("no")
class Vulgar(Exception):
    def __str__(self): raise SystemExit
class Slow(Exception):
    def __str__(self):
        while True: pass
class Mute(SyntaxError):
    filename = 5
def rude(): raise Rude
def vulgar(): raise Vulgar
def slow(): raise Slow
def mute(): raise Mute
def long_message(): raise ValueError("x" * 10**7)
def fine(): return "fine"
"""


@pytest.fixture(scope="module")
def broken(isolation: Forked | FreshProcess) -> Iterator[Asked]:
    with Session(isolation, {"models.py": BROKEN.encode()}, WEEK_FILES, "", MOST) as session:
        yield Asked(session)


@pytest.mark.parametrize(
    ("function", "verdict", "message"),
    [
        ("exits", Verdict.CRASH, "SystemExit\n  at models.py:5 in exits: def exits(): sys.exit()"),
        ("exits_at_once", Verdict.CRASH, "the code ended"),
        ("interrupts", Verdict.CRASH, "KeyboardInterrupt\n  at models.py:7 in interrupts: "),
        ("generator_exit", Verdict.CRASH, "GeneratorExit: odd\n  at models.py:8"),
        ("recurses", Verdict.CRASH, "RecursionError: maximum recursion depth exceeded"),
        ("divides", Verdict.CRASH, "ZeroDivisionError: division by zero\n  at models.py:"),
        ("takes_two", Verdict.CRASH, "TypeError: takes_two() missing 2 required positional arguments: 'a' and 'b'"),
        ("todo", Verdict.MISSING, "still raises NotImplementedError: TODO: count the parameters"),
        ("todo_bare", Verdict.MISSING, "still raises NotImplementedError"),
        (
            "no_forward",
            Verdict.MISSING,
            'still raises NotImplementedError: Module [Module] is missing the required "forward" function',
        ),
        (
            "wrong_dtype",
            Verdict.CRASH,
            "NotImplementedError: \"normal_kernel_cpu\" not implemented for 'Long'\n  at models.py",
        ),
        ("absent", Verdict.MISSING, "models.py has no absent"),
        ("large", Verdict.WRONG, "the result cannot be used: an answer of 68 MB is larger than 64 MB"),
        ("many", Verdict.WRONG, "the result cannot be used: an answer holds more than 50,000 values"),
        ("deep", Verdict.WRONG, "the value is nested more than 32 levels deep"),
        ("terminal", Verdict.CRASH, "ValueError: a�[31mred�"),
        ("surrogate", Verdict.CRASH, "ValueError: ?"),
        ("cites", Verdict.CRASH, "RuntimeError: see models.py"),
        ("rude", Verdict.CRASH, "Rude: <its message raises TypeError>"),
        ("vulgar", Verdict.CRASH, "Vulgar"),
        ("mute", Verdict.CRASH, "Mute"),
    ],
)
def test_what_goes_wrong_is_a_verdict(broken: Asked, function: str, verdict: Verdict, message: str) -> None:
    """However a function fails, it is a verdict with a message for the student, and the next question is answered."""
    failure = broken.fails(function)
    assert failure.verdict is verdict
    assert failure.message.startswith(message)
    assert broken("fine") == "fine"


@linux
@pytest.mark.parametrize("function", ["allocates_list", "allocates_tensor", "allocates_numpy"])
def test_too_much_memory_is_a_verdict_of_its_own(broken: Asked, function: str) -> None:
    """Python objects, tensors and arrays beyond the limit are `memory`, and the machine does not swap."""
    failure = broken.fails(function, memory_mb=256)
    assert failure.verdict is Verdict.MEMORY
    assert broken("fine") == "fine"


@linux
def test_recursion_until_memory_is_full_is_reported_in_time(submit: Open) -> None:
    """A traceback of a million frames does not keep the verdict waiting."""
    models = "import sys\ndef f(n):\n    sys.setrecursionlimit(10**9)\n    return 1 + f(n + 1)\n"
    failure = submit(models=models).fails("f", 1, seconds=20, memory_mb=80)
    assert failure.verdict in (Verdict.MEMORY, Verdict.CRASH)  # CPython 3.11 loses the MemoryError sometimes
    assert "models.py:4" in failure.message


@linux
def test_full_memory_is_a_verdict_with_a_place_however_little_is_left(submit: Open) -> None:
    """Code that fills memory to the last bytes and then needs more stack gets `memory` and its line, not a crash."""
    models = """
        def f():
            full, size = [], 2**24
            while size > 256:
                try:
                    full.append(bytes(size))
                except MemoryError:
                    size //= 2
            try:
                deep(1000)
            except RecursionError:
                while True:
                    full.append(bytes(32))

        def deep(n):
            return n and max((n - 1,), key=deep)
    """
    failure = submit(models=models).fails("f", seconds=20, memory_mb=80)
    assert failure.verdict is Verdict.MEMORY
    assert "models.py:" in failure.message


@linux
def test_memory_is_limited_per_question(submit: Open) -> None:
    """The limit of one question is not the next one's: 300 MB are too much under 200 and fit under 600."""
    asked = submit(models="def f(): return len(bytes(300 * 2**20))")
    assert asked.fails("f", memory_mb=200).verdict is Verdict.MEMORY
    assert asked("f", memory_mb=600) == 300 * 2**20
    assert asked.fails("f", memory_mb=200).verdict is Verdict.MEMORY


@pytest.mark.parametrize("function", ["loops", "sleeps", "slow"])
def test_too_much_time_is_a_verdict_of_its_own(broken: Asked, function: str) -> None:
    """An endless loop, also in an exception's message, is `timeout` at the limit, and the next question is answered."""
    started = time.monotonic()
    failure = broken.fails(function, seconds=0.5)
    assert (failure.verdict, failure.signature) == (Verdict.TIMEOUT, "timeout")
    assert "0.5 seconds" in failure.message
    assert time.monotonic() - started < 3
    assert broken("fine") == "fine"


def test_a_long_message_is_cut(broken: Asked) -> None:
    """Ten million characters of message do not reach a report."""
    assert len(broken.fails("long_message").message) < 2500


def test_the_last_line_of_the_submission_is_named(submit: Open) -> None:
    """A traceback that ends in PyTorch names the student's own line, and the file relative to the submission."""
    files = {"nets/blocks.py": source("import torch\ndef block(x):\n    return torch.cat([x, x[:1]], dim=1)\n")}
    asked = submit(files, models="from nets.blocks import block\ndef f(x):\n    return block(x)\n")
    assert asked.fails("f", torch.ones(2, 2)).message.endswith(
        "\n  at nets/blocks.py:3 in block: return torch.cat([x, x[:1]], dim=1)"
    )


def test_equal_failures_have_equal_signatures(submit: Open) -> None:
    """The same exception in another line of another submission is the same failure, for recognising mistakes."""
    one = submit(models="def f(x): return x @ x").fails("f", torch.ones(2, 3))
    two = submit(models="\n\ndef g(y): return y @ y\n\ndef f(x):\n    return g(x)\n").fails("f", torch.ones(2, 3))
    assert one.message != two.message
    assert one.signature == two.signature


# --- importing --------------------------------------------------------------------------------------------------------


def import_failure(asked: Asked, file: str) -> Failure:
    with pytest.raises(Failure) as caught:
        asked.session.import_file(file)
    return caught.value


def test_a_syntax_error_names_file_and_line(submit: Open) -> None:
    """A file that does not compile is a crash that says where."""
    failure = import_failure(submit(models="x = 1\ndef f(:\n    pass\n"), "models.py")
    assert failure.verdict is Verdict.CRASH
    assert failure.message == "SyntaxError: invalid syntax\n  at models.py:2 in <module>: def f(:"


@pytest.mark.parametrize("content", [b"\xff\xfe", b"x = '\xe9'\n", b"a\0b"], ids=["utf-16", "latin-1", "nul"])
def test_a_file_that_is_no_python_is_a_crash(submit: Open, content: bytes) -> None:
    """Bytes that no Python would read are the submission's failure, not ours."""
    failure = import_failure(submit({"models.py": content}), "models.py")
    assert failure.verdict is Verdict.CRASH
    assert failure.message.startswith(("SyntaxError", "ValueError"))


def test_a_missing_file_is_missing(submit: Open) -> None:
    """A week's file that was not handed in is named, whether it is asked for or imported by another."""
    asked = submit({"training.py": source("from models import LeNet5")})
    for file in ("models.py", "training.py"):
        failure = import_failure(asked, file)
        assert (failure.verdict, failure.message) == (Verdict.MISSING, "there is no models.py")


def test_a_missing_file_that_is_imported_late_is_missing(submit: Open) -> None:
    """An import inside a function meets the same verdict; a student's `except ImportError` catches it as usual."""
    late = "def f():\n    from training import train\n"
    careful = "def g():\n    try:\n        import data\n    except ImportError:\n        return 'without'\n"
    asked = submit(models=late + careful)
    failure = asked.fails("f")
    assert (failure.verdict, failure.message) == (Verdict.MISSING, "there is no training.py")
    assert asked("g") == "without"


def test_any_other_missing_module_is_a_crash(submit: Open) -> None:
    """What no week asks for is no `missing`: the student's own import is wrong."""
    failure = import_failure(submit(models="import no_such_package"), "models.py")
    assert failure.verdict is Verdict.CRASH
    assert failure.message.startswith("ModuleNotFoundError: No module named 'no_such_package'\n  at models.py:1")


def test_an_endless_import_is_tried_once(submit: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that hangs on import costs its time once; every test that needs it gets the same verdict at once."""
    monkeypatch.setattr(session_module, "_IMPORT", 0.5)
    asked = submit({"data.py": b"x = 1"}, models="while True: pass")
    first = import_failure(asked, "models.py")
    assert first.verdict is Verdict.TIMEOUT
    assert first.message.startswith("importing models.py was not done after 0.5 seconds")
    started = time.monotonic()
    assert import_failure(asked, "models.py") is first
    assert time.monotonic() - started < 0.1
    asked.session.import_file("data.py")


def test_an_import_that_ends_the_process_is_tried_once(submit: Open) -> None:
    """So does one that ends the process."""
    asked = submit(models="import os; os._exit(0)")
    assert import_failure(asked, "models.py") is import_failure(asked, "models.py")
    assert import_failure(asked, "models.py").verdict is Verdict.CRASH


@pytest.mark.parametrize("name", ["torch", "random", "math", "numpy", "cnngrade", "wire", "probes", "week_probes"])
def test_files_of_a_submission_shadow_nothing(submit: Open, name: str) -> None:
    """A file called like a module that we or PyTorch need does not get in the way."""
    models = f"import {name}\nimport random, statistics\ndef f(): return getattr({name}, '__file__', None) or ''"
    asked = submit({f"{name}.py": b"raise SystemExit('shadowed')"}, models=models)
    if name not in ("wire", "probes"):
        assert "submission-" not in asked("f")
    else:
        assert "shadowed" in asked.fails("f").message  # a name of nobody else's: the student's own file


def test_a_week_file_comes_before_any_installed_package(submit: Open) -> None:
    """`data.py` is the student's, even where a package of that name is installed."""
    asked = submit({"data.py": b"mark = 'mine'"}, models="import data\ndef f(): return data.mark")
    assert asked("f") == "mine"


def test_a_submission_may_have_modules_of_its_own(submit: Open) -> None:
    """Files beside the week's, packages and sub-folders can be imported, relatively too."""
    files = {
        "extras.py": b"def one(): return 1",
        "blocks/__init__.py": b"from .inner import two",
        "blocks/inner.py": b"def two(): return 2",
        "plain/folder/three.py": b"def three(): return 3",
    }
    models = """
        from extras import one
        from blocks import two
        from plain.folder.three import three
        def f(): return [one(), two(), three()]
    """
    assert submit(files, models=models)("f") == [1, 2, 3]


def test_a_submission_may_read_its_own_files(submit: Open) -> None:
    """Files that are no Python lie beside the code."""
    models = "from pathlib import Path\ndef f(): return (Path(__file__).parent / 'notes.txt').read_text()"
    assert submit({"notes.txt": b"hello"}, models=models)("f") == "hello"


# --- one question does not touch the next -----------------------------------------------------------------------------


LEAKS = """
import random, numpy, torch, warnings
def leak_dtype(): torch.set_default_dtype(torch.float64)
def leak_device(): torch.set_default_device("meta")
def leak_grad(): torch.set_grad_enabled(False)
def leak_threads(): torch.set_num_threads(4)
def leak_seed():
    torch.manual_seed(0); random.seed(0); numpy.random.seed(0)
def leak_inference():
    global mode
    mode = torch.inference_mode(); mode.__enter__()
def leak_autocast():
    global cast
    cast = torch.autocast("cpu", dtype=torch.bfloat16); cast.__enter__()
def state():
    x = torch.ones(2, requires_grad=True) * 2
    product = torch.ones(2, 2) @ torch.ones(2, 2)
    return [str(x.dtype), str(x.device), x.requires_grad, torch.get_num_threads(), str(product.dtype)]
def draws():
    return [torch.randn(2), random.random(), float(numpy.random.rand()), torch.nn.Linear(2, 2).weight]
"""


@pytest.fixture(scope="module")
def leaky(isolation: Forked | FreshProcess) -> Iterator[Asked]:
    with Session(isolation, {"models.py": LEAKS.encode()}, WEEK_FILES, "", MOST) as session:
        yield Asked(session)


@pytest.mark.parametrize("what", ["dtype", "device", "grad", "threads", "inference", "autocast"])
def test_global_settings_do_not_leak(leaky: Asked, what: str) -> None:
    """What one call sets for all of PyTorch is set back before the next."""
    leaky(f"leak_{what}")
    assert leaky("state") == ["torch.float32", "cpu", True, 1, "torch.float32"]


def test_settings_made_on_import_do_not_stay(submit: Open) -> None:
    """A default set at the top of a file does not change what its tests see."""
    asked = submit(models="import torch\ntorch.set_default_dtype(torch.float64)\ndef f(): return torch.ones(1)\n")
    asked.session.import_file("models.py")
    assert asked("f").dtype == torch.float32


def test_equal_seeds_make_equal_calls(leaky: Asked) -> None:
    """torch, random and NumPy start from the question's seed, whatever ran before; another seed gives other numbers."""
    first = leaky("draws", seed=5)
    leaky("leak_seed")
    again, other = leaky("draws", seed=5), leaky("draws", seed=6)
    for one, same, different in zip(first, again, other, strict=True):
        assert repr(one) == repr(same) != repr(different)


def test_a_probe_of_the_week_comes_before_a_standard_one(submit: Open) -> None:
    """Probes of the week run inside, see the submission, and may replace a standard one."""
    probes = """
        def twice(submission, symbol):
            return 2 * submission(symbol)()
        def signature(submission, symbol):
            return "the week's"
    """
    asked = submit(models="def f(): return 21", probes=probes)
    assert asked.session.ask(Ask("twice", ["models.py:f"], {}, 0, 5)) == 42
    assert asked.session.ask(Ask("signature", ["models.py:f"], {}, 0, 5)) == "the week's"


# --- output and processes ---------------------------------------------------------------------------------------------


@linux
def test_a_fresh_process_does_all_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a fresh process per submission: a flood of output, a native crash, an exit, and a folder that is removed."""
    files = {"models.py": BROKEN.encode()}
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    memory = psutil.Process().memory_info().rss
    with FreshProcess() as fresh, Session(fresh, files, WEEK_FILES, "", MOST) as session:
        asked = Asked(session)
        assert asked("floods", seconds=30) is None
        time.sleep(0.2)
        output = session.output()
        assert len(list(tmp_path.iterdir())) == 1
        assert output.startswith("[100.0 MB printed; only the end is kept]\nzzz")
        assert output.endswith("z\nlast\n")
        assert len(output) < 2200
        assert psutil.Process().memory_info().rss - memory < 50 * 2**20
        first = session.environment
        assert asked.fails("segfaults").message.startswith("the code was ended by SIGSEGV (a crash in native code")
        assert asked("fine") == "fine"
        assert session.environment
        assert first
        assert session.environment.pid != first.pid
        assert asked.fails("exits_at_once").message == "the code ended the process with exit status 0"
    assert not list(tmp_path.iterdir())


@linux
def test_a_stack_overflow_is_a_crash(submit: Open) -> None:
    """Recursion through native code, beyond Python's own limit, ends the process, and that is a verdict."""
    models = """
        import sys
        def f(n):
            sys.setrecursionlimit(10**9)
            return max([n], key=f)
    """
    assert submit(models=models).fails("f", 1, seconds=20).verdict is Verdict.CRASH


def test_a_process_that_cannot_start_is_our_error(submit: Open) -> None:
    """Probes that do not compile end the run with an error of ours: nobody gets a zero for it."""
    with pytest.raises(StartError, match="did not start") as caught:
        submit(models="x = 1", probes="def f(:").session.load()
    assert isinstance(caught.value, GraderError)


def test_a_probe_that_nobody_has_fails_for_the_reference_too(submit: Open) -> None:
    """A suite that asks for an unknown probe meets the same failure on both sides, by which the judge knows it."""
    failures = []
    for models in ("x = 1", "x = 2"):
        with pytest.raises(Failure) as caught:
            submit(models=models).session.ask(Ask("tyop", [], {}, 0, 5))
        failures.append(caught.value.signature)
    assert failures[0] == failures[1]


def test_an_argument_that_cannot_travel_is_the_suites_error(submit: Open) -> None:
    """What a suite cannot send is never the student's failure."""
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(WireError):
        submit(models="def f(x): return x")("f", loop)


def test_a_closed_session_starts_again_when_asked(submit: Open) -> None:
    """close() ends the process; the next question has a new one."""
    asked = submit(models="import os\ndef f(): return os.getpid()")
    first = asked("f")
    asked.session.close()
    asked.session.close()
    assert asked.session.output() == ""
    assert asked("f") not in (first, os.getpid())


@pytest.mark.parametrize(("device", "believed"), [("cpu", False), ("NVIDIA H200", True)])
def test_that_others_have_filled_the_gpu_is_believed_on_one(submit: Open, device: str, believed: bool) -> None:
    """A process on the CPU that says so has run out of its own memory, whatever else it claims."""
    models = """
        from cnngrade.sandbox.inside import worker
        worker._kind = lambda error, text: "crowded"
        def f(): raise MemoryError("full")
    """
    with Forked("auto") if AVAILABLE else FreshProcess("auto") as isolation:
        asked = submit(models=models, isolation=isolation)
        asked.session.load().device = device
        assert asked.fails("f").verdict is Verdict.MEMORY
        assert asked.session.crowded is believed


# --- trusted sessions -------------------------------------------------------------------------------------------------


def test_trusted_answers_are_remembered(submit: Open) -> None:
    """The same question to our own code is asked once; another argument, or another seed, is another question."""
    asked = submit(models="calls = []\ndef f(x):\n    calls.append(x)\n    return len(calls)\n", kind=TrustedSession)
    assert [asked("f", 1), asked("f", 1), asked("f", 2), asked("f", 1), asked("f", 1, seed=2)] == [1, 1, 2, 1, 3]


def test_trusted_failures_are_remembered(submit: Open) -> None:
    """A failure is an answer, and is not asked for again."""
    asked = submit(models="import time\ndef f(): time.sleep(600)", kind=TrustedSession)
    first = asked.fails("f", seconds=0.3)
    started = time.monotonic()
    assert asked.fails("f", seconds=0.3) is first
    assert time.monotonic() - started < 0.2


def test_large_trusted_questions_are_asked_again(submit: Open) -> None:
    """A question of a megabyte is not kept in memory, and its answer is as right."""
    asked = submit(models="calls = []\ndef f(x):\n    calls.append(1)\n    return len(calls)\n", kind=TrustedSession)
    x = torch.zeros(2**19)
    assert [asked("f", x), asked("f", x)] == [1, 2]


def test_trusted_code_is_not_paced(submit: Open) -> None:
    """What bounds a training asks the reference how long its own takes: while that very one computes, nobody asks."""
    asked = submit(models="import time\ndef f():\n    time.sleep(0.3)\n    return 1\n", kind=TrustedSession)
    late = FoundPace(0.0, lambda _most: pytest.fail("the pace was asked for"))
    assert asked.session.ask(Ask("call", ["models.py:f"], {}, 0, 5, pace=late)) == 1
