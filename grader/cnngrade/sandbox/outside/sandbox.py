"""The sandbox: bubblewrap around a zygote, and namespaces, limits, Landlock and seccomp around each submission's process.

Covered: a submission's process sees the Python environment, its own scratch folder, and nothing else. It has no
network, no other process, no /proc. It cannot gain privileges, trace, mount, or use rare interfaces of the kernel. It
and all that it started end when the outside says so, or when the outside is gone. Not covered: a bug in the kernel, and
what can be learnt from time.

`FlatSandbox` is for machines that let bubblewrap make namespaces, but not the programs in it. Each of its zygotes has
one child at a time and cleans up after it. The child sees that zygote's process number, but cannot harm it.
"""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from cnngrade.errors import GraderError
from cnngrade.records.report import Verdict
from cnngrade.sandbox.inside.wire import Allowance, Channel, Clean, Closed, DeadlineError, Fork, encode_zygote
from cnngrade.sandbox.outside.groups import Group, grouped
from cnngrade.sandbox.outside.interface import Inside
from cnngrade.sandbox.outside.process import (
    INSIDE,
    PACKAGE_ROOT,
    SYSTEM,
    OutputTail,
    describe_status,
    python_folders,
    scrubbed_environment,
)
from cnngrade.sandbox.outside.watch import Excess, Watch, buffers, tree

_STARTUP = 180.0  # seconds; the zygote imports torch first
_WATCHED_EVERY = 0.02  # seconds
_ENDING = 1.0  # seconds that the zygote has to report how a child ended
_GPU = ("/dev/nvidia0", "/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools", "/dev/nvidia-modeset")
_SHARED_MEMORY = "/dev/shm"
_CREDENTIALS = struct.Struct("3i")


def available(mode: str = "nested") -> str:
    """Returns "" if this machine can sandbox ("nested" or "flat"), and otherwise why not. It tries it out."""
    if not sys.platform.startswith("linux"):
        return "needs Linux"
    if shutil.which("bwrap") is None:
        return "needs bubblewrap (Debian, Ubuntu and Fedora: package bubblewrap)"
    tried = subprocess.run(
        _command(mode, "cpu", 2**20, "trial", mode, str(_scratch())),
        capture_output=True,
        text=True,
        env=_environment("cpu"),
        check=False,
    )
    if tried.returncode == 0:
        return ""
    return f"this kernel refuses: {(tried.stderr.strip().splitlines() or ['no reason given'])[-1]}"


def _scratch() -> Path:
    """Returns where submissions may write: /tmp, or /scratch if the Python environment lies in /tmp and would be covered."""
    inside_tmp = any(path.is_relative_to("/tmp") for path in (*python_folders(), PACKAGE_ROOT))
    return Path("/scratch" if inside_tmp else "/tmp")


def _environment(device: str) -> dict[str, str]:
    return scrubbed_environment(_scratch(), device) | {"PATH": "/usr/bin:/bin"}


def _command(mode: str, device: str, scratch_size: int, *arguments: str) -> list[str]:
    """Returns bubblewrap's command line: a read-only file system with Python and its libraries, and no user's files."""
    command = ["bwrap", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--die-with-parent"]
    if mode == "flat":
        command.append("--as-pid-1")  # the zygote must reap and kill all others in its namespace
    if os.getuid() != 0:  # root needs no user namespace for the others
        command.append("--unshare-user")
    for name in SYSTEM:  # on some systems /lib and /bin are links into /usr
        if Path(name).is_symlink():
            command += ["--symlink", str(Path(name).readlink()), name]
        elif Path(name).exists():
            command += ["--ro-bind", name, name]
    command += ["--proc", "/proc", "--dev", "/dev", "--dir", "/tmp"]
    for writable in (str(_scratch()), _SHARED_MEMORY):
        command += ["--perms", "1777", "--size", str(scratch_size), "--tmpfs", writable]
    for path in python_folders():
        command += [*_parents(path), "--ro-bind", str(path), str(path)]
    package = PACKAGE_ROOT / "cnngrade"  # covered, because it may lie in the environment, and only INSIDE may be seen
    command += [*_parents(package), "--perms", "0755", "--tmpfs", str(package)]
    for name in INSIDE:
        command += ["--ro-bind", str(PACKAGE_ROOT / name), str(PACKAGE_ROOT / name)]
    command += ["--remount-ro", str(package)]  # only now, since the bindings above needed new folders in it
    if device != "cpu":
        for name in (*_GPU, "/sys/module/nvidia", "/proc/driver/nvidia"):
            command += ["--dev-bind-try", name, name]
    run = [sys.executable, "-s", "-P", "-m", "cnngrade.sandbox.inside", *arguments]
    return [*command, "--remount-ro", "/", "--chdir", "/", "--", *run]


def _parents(path: Path) -> list[str]:
    """Returns arguments that make the folders around `path` readable. bubblewrap would make them for root alone."""
    return [word for parent in reversed(path.parents[:-1]) for word in ("--perms", "0755", "--dir", str(parent))]


class Sandbox:
    """Keeps zygotes, which fork a confined child for each submission."""

    name = "sandbox"
    mode = "nested"

    def __init__(self, device: str = "cpu") -> None:
        self.device = device
        self._zygotes: list[_Zygote] = []

    def start(self, kept: int, most: Allowance) -> Inside:
        """Asks a zygote for a child and returns it. A zygote that died is replaced."""
        for zygote in [zygote for zygote in self._zygotes if not zygote.busy]:
            if zygote.alive():
                with contextlib.suppress(GraderError):  # it has died since the check
                    return zygote.fork(kept, most)
            self._zygotes.remove(zygote)
            zygote.close()
        self._zygotes.append(new := _Zygote(self.device, self.mode, most))
        return new.fork(kept, most)

    def start_ahead(self, kept: int, most: Allowance) -> None:
        """Starts the first zygote."""
        del kept
        if not self._zygotes:
            self._zygotes.append(_Zygote(self.device, self.mode, most))

    def close(self) -> None:
        """Ends the zygotes, and with them all that is left in their namespaces."""
        while self._zygotes:
            self._zygotes.pop().close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()


class FlatSandbox(Sandbox):
    """A sandbox without namespaces inside namespaces. It has a zygote for each running child."""

    name = "flat-sandbox"
    mode = "flat"


class _Zygote:
    def __init__(self, device: str, mode: str, most: Allowance) -> None:
        self.mode, self.device = mode, device
        self.busy = False  # in flat mode, while its only child runs
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  (lives as long as the zygote)
        self.process = subprocess.Popen(
            _command(mode, device, most.scratch, "zygote", str(theirs.fileno()), mode),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._errors,
            env=_environment(device),
            pass_fds=[theirs.fileno()],
            start_new_session=True,  # a process group, which `close` kills as a whole
        )
        theirs.close()

    def alive(self) -> bool:
        return self.process.poll() is None

    def fork(self, kept: int, most: Allowance) -> Inside:
        ours, theirs = socket.socketpair()
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)  # the kernel adds the sender's process id
        output, status = os.pipe(), os.pipe()
        request = encode_zygote(Fork(most.scratch, most.processes))
        try:
            socket.send_fds(self._control, [request], [theirs.fileno(), output[1], status[1]])
        except OSError as error:
            ours.close()
            os.close(output[0])
            os.close(status[0])
            raise GraderError(f"the sandbox ended ({error.strerror}): {self.last_words()}") from None
        finally:  # the child holds the only copies, so that its end closes them
            theirs.close()
            os.close(output[1])
            os.close(status[1])
        self.busy = self.mode == "flat"
        return _Child(ours, os.fdopen(output[0], "rb"), os.fdopen(status[0], "rb"), kept, most, self)

    def clean(self) -> None:
        """Ends all that a child has started and left, in the mode in which its own end is not enough."""
        if self.mode == "flat":
            with contextlib.suppress(OSError):  # the children of a dead zygote have ended too
                self._control.send(encode_zygote(Clean()))

    def last_words(self) -> str:
        self._errors.seek(0)
        return (self._errors.read().decode("utf-8", "replace").strip().splitlines() or ["without a word"])[-1]

    def close(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._control.close()
        self._errors.close()


class _Child:
    """One submission's process: the first of its PID namespace, so that all that it started ends with it."""

    def __init__(
        self,
        connection: socket.socket,
        output: IO[bytes],
        status: IO[bytes],
        kept: int,
        most: Allowance,
        zygote: _Zygote,
    ) -> None:
        self._connection, self._zygote, self._status, self._most = connection, zygote, status, most
        self._output = OutputTail(output, kept)
        self._channel: Channel | None = None
        self._pidfd: int | None = None
        self._watch: Watch | None = None
        self._group: Group | None = None
        self._excess: Excess | None = None
        self._told: bytes | None = None
        # The thread of the watch and the judge may both end the child: only the first of them does.
        self._ended, self._ending = threading.Event(), threading.Lock()

    @property
    def channel(self) -> Channel:
        """The wire. The first use waits for the child, and asks the kernel for its process id."""
        if self._channel is None:
            pid = self._greet()
            self._pidfd = os.pidfd_open(pid)  # stays with this process, while its number may be used again
            self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 0)
            self._channel = Channel(self._connection)
            # The child has its own mounts, which can be reached through its root.
            scratch = [f"/proc/{pid}/root{path}" for path in (_scratch(), _SHARED_MEMORY)]
            self._group = grouped(pid, self._most)
            # Without a group, only the memory of sockets is estimated.
            kernel = self._group.kernel if self._group else lambda: buffers(pid)
            self._watch = Watch(
                self._processes(pid), scratch, lambda: self._output.total, self._zygote.device != "cpu", kernel
            )
            # In a thread, because the judge waits for an answer that may never come.
            threading.Thread(target=self._keep_watch, args=(self._watch,), daemon=True).start()
        return self._channel

    def _processes(self, pid: int) -> Callable[[], list[int]]:
        """Returns a function that lists the child's processes. In flat mode, orphans become children of the zygote."""
        if self._zygote.mode == "nested":
            return lambda: list(tree(pid))
        zygote = _parent_of(pid)
        return lambda: [each for each in tree(zygote) if each != zygote]

    def _greet(self) -> int:
        # The first byte of the child carries its process id, as the kernel sees it from outside.
        self._connection.settimeout(_STARTUP)
        try:
            message, ancillary, _flags, _address = self._connection.recvmsg(1, socket.CMSG_SPACE(_CREDENTIALS.size))
        except TimeoutError:
            raise DeadlineError(f"the sandbox did not start: {self._zygote.last_words()}") from None
        for level, kind, data in ancillary:
            if message and (level, kind) == (socket.SOL_SOCKET, socket.SCM_CREDENTIALS):
                return int(_CREDENTIALS.unpack(data[: _CREDENTIALS.size])[0])
        raise Closed(f"the sandbox ended: {self._zygote.last_words()}")

    def allow(self, allowance: Allowance) -> None:
        """Compares what the processes use from now on with `allowance`."""
        if self._watch is not None:
            self._watch.begin(allowance)

    def _keep_watch(self, watch: Watch) -> None:
        while not self._ended.wait(_WATCHED_EVERY):
            if found := watch.excess():
                with self._ending:
                    if not self._ended.is_set():
                        self._excess = found
                        self._end()
                return

    def _end(self) -> None:
        if self._pidfd is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
        self._zygote.clean()

    @property
    def exceeded(self) -> Verdict | None:
        if self._excess is None and self._group and self._group.ran_out():
            limit = f"the limit is {self._most.memory / 2**20:.0f} MB"
            self._excess = Excess(Verdict.MEMORY, f"used more memory than it may have, the kernel's counted; {limit}")
        return self._excess.verdict if self._excess else None

    def output(self) -> str:
        return self._output.text()

    def ending(self) -> str:
        if self.exceeded and self._excess:
            return self._excess.text
        status = self._exit_status()
        return describe_status(int(status)) if status else "closed its connection to the grader"

    @property
    def abandoned(self) -> bool:
        return self._exit_status() == b""  # a living zygote reports how each child ended

    def _exit_status(self) -> bytes | None:
        """Returns what the zygote says of the child's end, b"" if the zygote died first, None if it says nothing yet."""
        if self._told is None and select.select([self._status], [], [], _ENDING)[0]:
            self._told = self._status.readline().strip()
        return self._told

    def kill(self) -> None:
        with self._ending:  # a late watch must not end the next child
            if self._ended.is_set():
                return
            self._ended.set()
            self._end()
        if self._pidfd is not None:
            os.close(self._pidfd)
            self._pidfd = None
        if self._group:
            self._group.close()
        self._zygote.busy = False
        self._connection.close()
        self._status.close()
        self._output.close()


def _parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
