"""The sandbox: bubblewrap around a zygote, and namespaces, limits, Landlock and seccomp around each submission's process.

Covered: a submission's process sees the Python environment, its own scratch folder, and nothing else; no network, no other
process, no /proc; it cannot gain privileges, trace, mount, or use the kernel's rarer doors; it and all that it starts end when
the outside says so, or when the outside is gone. Not covered: a bug in the kernel; what can be learnt from time.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from cnngrade.errors import GraderError
from cnngrade.facts import Verdict
from cnngrade.isolation.interface import Inside
from cnngrade.isolation.process import SYSTEM, OutputTail, python_folders, scrubbed_environment
from cnngrade.wire import Channel, Closed, DeadlineError

_STARTUP = 180.0  # seconds; the zygote imports torch first
_WATCHED_EVERY = 0.02  # seconds
_GPU = ("/dev/nvidia0", "/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools", "/dev/nvidia-modeset")
_CREDENTIALS = struct.Struct("3i")


def available() -> str:
    """The empty string where this machine can sandbox, else why not; found out by trying."""
    if not sys.platform.startswith("linux"):
        return "needs Linux"
    if shutil.which("bwrap") is None:
        return "needs bubblewrap (Debian, Ubuntu and Fedora: package bubblewrap)"
    probe = (
        "from cnngrade.inside import confinement as c; import os;"
        "os.getuid() == 0 and c.become_nobody(); c.unshare(c.CLONE_NEWUSER | c.CLONE_NEWPID); c.map_own_user();"
        "p = os.fork();"
        "p and os._exit(os.waitstatus_to_exitcode(os.waitpid(p, 0)[1]) & 255);"
        "c.unshare(c.CLONE_NEWPID); p = os.fork();"
        "p and os._exit(os.waitstatus_to_exitcode(os.waitpid(p, 0)[1]) & 255);"
        "c.apply((os.environ['TMPDIR'], '/dev/shm'), 2**20, 64, ('/proc',))"
    )
    tried = subprocess.run(_command("cpu", "-c", probe), capture_output=True, text=True, env=_environment("cpu"))
    if tried.returncode == 0:
        return ""
    return f"this kernel refuses: {(tried.stderr.strip().splitlines() or ['no reason given'])[-1]}"


def _scratch() -> Path:
    """Where submissions may write: /tmp, unless the Python environment lies there and would be covered."""
    inside_tmp = any(path.is_relative_to("/tmp") for path in python_folders())
    return Path("/scratch" if inside_tmp else "/tmp")


def _environment(device: str) -> dict[str, str]:
    return scrubbed_environment(_scratch(), device) | {"PATH": "/usr/bin:/bin"}


def _command(device: str, *arguments: str) -> list[str]:
    """bubblewrap's command line: a read-only file system with Python and its libraries, and nothing that is somebody's."""
    command = ["bwrap", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--die-with-parent"]
    if os.getuid() != 0:
        command.append("--unshare-user")
    for name in SYSTEM:
        if Path(name).is_symlink():
            command += ["--symlink", str(Path(name).readlink()), name]
        elif Path(name).exists():
            command += ["--ro-bind", name, name]
    command += ["--proc", "/proc", "--dev", "/dev", "--dir", "/tmp", "--perms", "1777", "--tmpfs", str(_scratch())]
    for path in python_folders():
        for parent in reversed(path.parents[:-1]):  # bubblewrap would make them for root alone
            command += ["--perms", "0755", "--dir", str(parent)]
        command += ["--ro-bind", str(path), str(path)]
    if device != "cpu":
        for name in (*_GPU, "/sys/module/nvidia", "/proc/driver/nvidia"):
            command += ["--dev-bind-try", name, name]
    return [*command, "--remount-ro", "/", "--chdir", "/", "--", sys.executable, "-s", "-P", *arguments]


class Sandbox:
    """Keeps one zygote, and has it fork a confined child per submission."""

    name = "sandbox"

    def __init__(self, device: str = "cpu", memory: int = 8 * 2**30) -> None:
        self.device = device
        self._memory = memory
        self._zygote: _Zygote | None = None

    def start(self, output_limit: int) -> Inside:
        """Asks the zygote for a child; a zygote that died is replaced."""
        if self._zygote is None or not self._zygote.alive():
            self.close()
            self._zygote = _Zygote(self.device)
        return self._zygote.fork(output_limit, self._memory)

    def start_ahead(self, output_limit: int) -> None:
        """Starts the zygote, for a caller that has slow imports of its own to do."""
        del output_limit
        if self._zygote is None:
            self._zygote = _Zygote(self.device)

    def close(self) -> None:
        """Ends the zygote, and with it whatever is left in its namespaces."""
        if self._zygote is not None:
            self._zygote.close()
            self._zygote = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()


class _Zygote:
    def __init__(self, device: str) -> None:
        self._control, theirs = socket.socketpair()
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  (lives as long as the zygote)
        self._process = subprocess.Popen(
            _command(device, "-m", "cnngrade.inside.zygote", str(theirs.fileno())),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._errors,
            env=_environment(device),
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
        theirs.close()

    def alive(self) -> bool:
        return self._process.poll() is None

    def fork(self, output_limit: int, memory: int) -> Inside:
        ours, theirs = socket.socketpair()
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        reading, writing = os.pipe()
        try:
            socket.send_fds(self._control, [b"f"], [theirs.fileno(), writing])
        except OSError as error:
            ours.close()
            os.close(reading)
            raise GraderError(f"the sandbox ended ({error.strerror}): {self.last_words()}") from None
        finally:
            theirs.close()
            os.close(writing)
        return _Child(ours, reading, output_limit, memory, self)

    def last_words(self) -> str:
        self._errors.seek(0)
        return (self._errors.read().decode("utf-8", "replace").strip().splitlines() or ["without a word"])[-1]

    def close(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._control.close()
        self._errors.close()


class _Child:
    """One submission's process: the first of its PID namespace, so that its end is the end of all that it started."""

    def __init__(self, connection: socket.socket, output: int, output_limit: int, memory: int, zygote: _Zygote) -> None:
        self._connection, self._zygote, self._memory = connection, zygote, memory
        self._output = OutputTail(os.fdopen(output, "rb"), output_limit)
        self._channel: Channel | None = None
        self._pidfd: int | None = None
        self._over = ""
        self._ended = threading.Event()

    @property
    def channel(self) -> Channel:
        """The wire; the first use waits for the child, and learns from the kernel which process it is."""
        if self._channel is None:
            pid = self._greet()
            self._pidfd = os.pidfd_open(pid)
            self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 0)
            self._channel = Channel(self._connection)
            threading.Thread(target=self._watch, args=(pid,), daemon=True).start()
        return self._channel

    def _greet(self) -> int:
        self._connection.settimeout(_STARTUP)
        try:
            message, ancillary, _flags, _address = self._connection.recvmsg(1, socket.CMSG_SPACE(_CREDENTIALS.size))
        except TimeoutError:
            raise DeadlineError(f"the sandbox did not start: {self._zygote.last_words()}") from None
        for level, kind, data in ancillary:
            if message and (level, kind) == (socket.SOL_SOCKET, socket.SCM_CREDENTIALS):
                return int(_CREDENTIALS.unpack(data[: _CREDENTIALS.size])[0])
        raise Closed(f"the sandbox ended: {self._zygote.last_words()}")

    def _watch(self, pid: int) -> None:
        """Adds up the memory of the child's processes, and ends them all when it is too much."""
        pause = _WATCHED_EVERY
        while not self._ended.wait(pause):
            pause = _WATCHED_EVERY
            if sum(map(resident, tree(pid))) <= self._memory:
                continue
            # What many processes share counts once: exact, and too slow to ask for every time.
            used = sum(map(proportional, tree(pid)))
            if used > self._memory:
                self._over = f"used {used / 2**20:.0f} MB of memory; the limit is {self._memory / 2**20:.0f} MB"
                self._end()
                return
            pause = 10 * _WATCHED_EVERY

    def _end(self) -> None:
        if self._pidfd is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)

    @property
    def exceeded(self) -> Verdict | None:
        return Verdict.MEMORY if self._over else None

    def output(self) -> str:
        return self._output.text()

    def ending(self) -> str:
        return self._over or "ended the process"

    def kill(self) -> None:
        if self._ended.is_set():
            return
        self._ended.set()
        self._end()
        if self._pidfd is not None:
            os.close(self._pidfd)
            self._pidfd = None
        self._connection.close()
        self._output.close()


def tree(pid: int) -> Iterator[int]:
    """A process and all that it started, by their numbers out here."""
    yield pid
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from tree(int(child))


def resident(pid: int) -> int:
    """Bytes of memory that a process has in RAM, what it shares with others included."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def proportional(pid: int) -> int:
    """The same, with each shared page divided by the number of its users."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)
