"""The hostile samples are what their folder says: enough, of every kind, each stating what it tries. None is run here."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

HOSTILE = Path(__file__).parent / "samples" / "week2" / "hostile"
WEEK_FILES = ("data.py", "models.py", "training.py")
KINDS = {
    "absurd-tensors", "accuracy", "bombs", "escape", "floods", "forging", "just-under", "leaking", "lingering",
    "lying-objects", "native", "neighbours", "patching", "shadowing", "signals-and-kill", "snooping",
}  # fmt: skip
# Per kind, what has to be tried at the least, by words that a sample which tries it contains.
TRIED = {
    "patching": ["torch.testing", "torch.allclose", "_pytest", "unittest", "builtins", "json", "struct", "msgspec", "os.read",
                 "os.write", "socket"],
    "forging": ["range(3, 256)", "wire.Returned"],
    "snooping": ["_getframe", "gc.get_objects", "sys.modules", "/proc/", "os.environ", "os.walk"],
    "lying-objects": ["__torch_function__", "__eq__", "__getattr__"],
    "absurd-tensors": ["as_strided", "10**9", "meta", "to_sparse", "quantize_per_tensor", "complex", "100_000"],
    "lingering": ["atexit", "daemon=True", "setsid"],
    "signals-and-kill": ["os.kill(-1", "os.killpg", "ptrace", "process_vm_readv", "SIG_IGN", "pow(base", "string_at(0)",
                         "setrecursionlimit"],
    "bombs": ["os.fork", "threading.Thread", "bytearray", "mkdtemp", "symlink"],
    "floods": ["os.write(1"],
    "native": ["AF_VSOCK", "io_uring_setup"],
    "escape": ["libc.mount", "192.0.2.1"],
    "accuracy": ["TABLE", "labels"],
    "just-under": ["time.sleep"],
    "leaking": ["print"],
}  # fmt: skip
SHADOWS = ("torch.py", "pytest.py", "conftest.py", "sitecustomize.py", "cnngrade/__init__.py")
SAMPLES = sorted(path for path in HOSTILE.glob("*/*") if path.is_dir())
SOURCES = sorted(HOSTILE.rglob("*.py"))


def named(path: Path) -> str:
    return path.relative_to(HOSTILE).as_posix()


def test_there_are_enough() -> None:
    """There are at least 60 hostile samples, of every kind and of no other, and each has a file of the week."""
    assert len(SAMPLES) >= 60
    assert {sample.parent.name for sample in SAMPLES} == KINDS
    assert [named(sample) for sample in SAMPLES if not any((sample / file).is_file() for file in WEEK_FILES)] == []


@pytest.mark.parametrize("source", SOURCES, ids=named)
def test_states_what_it_tries(source: Path) -> None:
    """Every file compiles, and its docstring says on one line what it tries and what must come of it."""
    tree = ast.parse(source.read_text(encoding="utf-8"))
    compile(tree, source.name, "exec")
    tries, found, outcome = (ast.get_docstring(tree) or "").partition("; expected: ")
    assert found
    assert tries.strip()
    assert outcome.endswith(".")
    assert "\n" not in tries + outcome


@pytest.mark.parametrize("kind", sorted(TRIED))
def test_every_attack_is_there(kind: str) -> None:
    """Each kind holds samples that try what the kind is about."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in (HOSTILE / kind).rglob("*.py"))
    assert [word for word in TRIED[kind] if word not in text] == []


def test_every_shadow_is_there() -> None:
    """There are samples with a file under the name of each module that the grader's own Python imports."""
    shadows = {"/".join(source.relative_to(HOSTILE).parts[2:]) for source in SOURCES}
    assert [name for name in SHADOWS if name not in shadows] == []


def test_destructive_calls_are_guarded() -> None:
    """A file that kills or traces other processes, mounts, or makes namespaces does so only as a sandbox's first process."""
    dangerous = ("os.kill(-1", "os.kill(pid", "libc.mount", "libc.unshare(", "libc.ptrace", "resource.prlimit")
    unguarded = [
        named(source)
        for source in SOURCES
        if any(call in source.read_text(encoding="utf-8") for call in dangerous)
        and "os.getpid() <= 5" not in source.read_text(encoding="utf-8")
        and "os.getpid() > 5" not in source.read_text(encoding="utf-8")
    ]
    assert unguarded == []


def test_readme_lists_every_sample() -> None:
    """The README's table has one row for each sample, in order, with what its docstring says."""
    rows = [line.split(" | ") for line in (HOSTILE / "README.md").read_text(encoding="utf-8").splitlines()]
    table = {row[0].removeprefix("| `").removesuffix("`"): row[1:] for row in rows if row[0].startswith("| `")}
    assert list(table) == [named(sample) for sample in SAMPLES]
    for sample in SAMPLES:
        first = next(file for file in reversed(WEEK_FILES) if (sample / file).is_file())
        tries, _, outcome = (ast.get_docstring(ast.parse((sample / first).read_text())) or "").partition("; expected: ")
        assert table[named(sample)] == [tries, f"{outcome} |"]
