"""A fresh process per submission. It works everywhere, and protects the grader from accidents, not from malice.

Covered: the process gets its own session, temporary folder and file of output, a scrubbed environment, rlimits (set by
the worker itself), and dies with its whole process group at a deadline. Not covered: it can read what the user can
read, reach the network, and leave its process group. This is enough for a student's own `check`.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from cnngrade.sandbox.inside.wire import Allowance, Channel
from cnngrade.sandbox.outside.interface import Inside

PACKAGE_ROOT = Path(__file__).resolve().parents[3]
# The part of this package that the process needs, which holds nothing that judges. The `__init__.py` around it say nothing.
# Without them a package `cnngrade` among a submission's files would be imported instead of ours.
INSIDE = ("cnngrade/__init__.py", "cnngrade/sandbox/__init__.py", "cnngrade/sandbox/inside")
# Variables that Python with torch needs. They hold nothing private of the user.
_KEPT = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "SYSTEMDRIVE", "COMSPEC", "CUDA_VISIBLE_DEVICES", "CUDA_HOME")
_MB = 2**20
_READING = 65536

# Where the system keeps the libraries that Python loads. An isolation shows these places read-only.
SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d")


def python_folders() -> list[Path]:
    """Returns the folders that Python needs: the environment, and the interpreter behind it."""
    prefixes = (sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix)
    # A path may lead through links, so each folder is shown under its own name and under the resolved one.
    return list(dict.fromkeys(each for path in prefixes for each in (Path(path).absolute(), Path(path).resolve())))


def scrubbed_environment(home: Path, device: str) -> dict[str, str]:
    """Returns the environment of a process beside student code: one thread, no user, no secrets."""
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    environment |= {name: str(home) for name in ("HOME", "TMPDIR", "TEMP", "TMP", "USERPROFILE")}
    # One thread, because several processes share the CPU.
    environment |= dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    environment |= {
        "LANG": "C.UTF-8",
        "PYTHONUTF8": "1",
        "PYTHONHASHSEED": "0",  # the order of sets is the same in every run
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(PACKAGE_ROOT),
        "CUBLAS_WORKSPACE_CONFIG": ":4096:8",  # makes the results of cuBLAS reproducible
        # Keeps the memory of a batch for the next one. glibc does not always find good bounds by itself: then it returns
        # pages and requests them again millions of times, and a training takes up to a fifth longer.
        "MALLOC_MMAP_THRESHOLD_": str(32 * _MB),
        "MALLOC_TRIM_THRESHOLD_": str(128 * _MB),
    }
    if device == "cpu":
        environment["CUDA_VISIBLE_DEVICES"] = ""  # hides the GPU, which torch would initialise
    return environment


class OutputTail:
    """Reads a pipe in a thread and keeps its last `kept` bytes, so that many prints need no memory."""

    def __init__(self, pipe: IO[bytes], kept: int) -> None:
        self._pipe, self._limit = pipe, kept
        self._chunks: deque[bytes] = deque()
        self._size = 0
        self.total = 0
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._drain, daemon=True)
        self._thread.start()

    def _drain(self) -> None:
        with contextlib.suppress(OSError), self._pipe:
            while chunk := os.read(self._pipe.fileno(), _READING):
                with self._lock:
                    self._chunks.append(chunk)
                    self._size += len(chunk)
                    self.total += len(chunk)
                    while self._chunks and self._size - len(self._chunks[0]) >= self._limit:
                        self._size -= len(self._chunks.popleft())

    def text(self) -> str:
        """Returns the last `limit` bytes as text, with a line in front if something was left out."""
        with self._lock:
            data = b"".join(self._chunks)
            data = data[max(0, len(data) - self._limit) :]
            total = self.total
        text = data.decode("utf-8", "replace")
        return text if total <= len(data) else f"[{total / 1e6:.1f} MB printed; only the end is kept]\n{text}"

    def close(self) -> None:
        """Waits a moment for the rest in the pipe. It does not wait for a process that escaped with the pipe open."""
        self._thread.join(timeout=0.5)  # the thread is a daemon, so it may be left behind


class FreshProcess:
    """Starts a new `python -m cnngrade.sandbox.inside worker` for every submission."""

    name = "process"
    _arguments: Sequence[str] = ()

    def __init__(self, device: str = "cpu") -> None:
        self.device = device
        self._ahead: Inside | None = None

    def start(self, kept: int, most: Allowance) -> Inside:
        """Starts one process and returns it. It imports torch while the caller does something else."""
        del most  # sent to the process with the submission; it limits itself
        ahead, self._ahead = self._ahead, None
        return ahead or _Running(self.device, kept, self._arguments)

    def start_ahead(self, kept: int, most: Allowance) -> None:
        """Starts the process that the next `start` returns."""
        del most
        self._ahead = self._ahead or _Running(self.device, kept, self._arguments)

    def close(self) -> None:
        """Ends a process that was started ahead and not used."""
        if self._ahead is not None:
            self._ahead.kill()
            self._ahead = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()


class _Running:
    exceeded, abandoned = None, False

    def __init__(self, device: str, kept: int, arguments: Sequence[str]) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="cnngrade-"))
        ours, theirs = socket.socketpair()
        self.channel = Channel(ours)
        posix = os.name == "posix"
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-s", "-P", "-m", "cnngrade.sandbox.inside", "worker"),
                *(str(theirs.fileno()) if posix else "share", *arguments),
            ],
            stdin=subprocess.DEVNULL if posix else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=self._folder,
            env=scrubbed_environment(self._folder, device),
            pass_fds=[theirs.fileno()] if posix else [],
            start_new_session=posix,  # a process group, which `kill` ends as a whole
        )
        if not posix and self._process.stdin:  # Windows passes no open sockets to a new process
            self._process.stdin.write(theirs.share(self._process.pid))  # type: ignore[attr-defined,unused-ignore]
            self._process.stdin.close()
        theirs.close()  # the process holds the only copy, so that its end closes the connection
        assert self._process.stdout
        self._output = OutputTail(self._process.stdout, kept)

    def allow(self, allowance: Allowance) -> None:
        """Does nothing: the process limits itself, and is not watched from outside."""

    def output(self) -> str:
        return self._output.text()

    def ending(self) -> str:
        try:
            status = self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            return "closed its connection to the grader"
        return describe_status(status)

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if os.name == "posix":
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                subprocess.run(["taskkill", "/T", "/F", "/PID", str(self._process.pid)], capture_output=True)
        self._process.wait()
        self.channel.close()
        self._output.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def describe_status(status: int) -> str:
    """Returns in words an exit status as `subprocess` gives it."""
    if status >= 0:
        return f"ended the process with exit status {status}"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    reasons = {"SIGSEGV": " (a crash in native code, or a stack overflow)", "SIGKILL": " (out of memory, or killed)"}
    return f"was ended by {name}{reasons.get(name, '')}"
