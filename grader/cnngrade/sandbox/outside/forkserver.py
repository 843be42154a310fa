"""Forks a child for each check from one process with torch loaded. `check --watch` uses it on systems with fork.

It protects as `process` does, and no more. Each child has its own process group, temporary folder and output, sets its
own limits, and ends with its whole group. The gain is time: a child starts in milliseconds.
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
from pathlib import Path
from types import TracebackType
from typing import Self

from cnngrade.sandbox.inside.wire import Allowance, Channel
from cnngrade.sandbox.outside.interface import Inside
from cnngrade.sandbox.outside.process import FreshProcess, OutputTail, describe_status, scrubbed_environment

AVAILABLE = sys.platform.startswith("linux")
_ANSWER = 5.0  # seconds that the parent has to answer; all its work is much shorter


def warm(device: str = "cpu") -> ForkServer | FreshProcess:
    """Returns the fastest way of this machine to run a student's own code again and again."""
    return ForkServer(device) if AVAILABLE else FreshProcess(device)


class ForkServer:
    """Keeps one parent process with torch loaded, and forks a child from it for each `start`."""

    name = FreshProcess.name

    def __init__(self, device: str = "cpu") -> None:
        self.device = device
        self._started = 0
        self._ready = False  # whether the parent has said that torch is loaded
        self._begin()

    def _begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="cnngrade-watch-"))  # all folders of the children are in it
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._parent = subprocess.Popen(
            [sys.executable, "-s", "-P", "-m", "cnngrade.sandbox.inside", "forkserver", str(theirs.fileno())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            env=scrubbed_environment(self.folder, self.device),
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
        theirs.close()
        self._control.settimeout(_ANSWER)
        self._ready = False

    @property
    def running(self) -> bool:
        """Whether the parent runs."""
        return self._parent.poll() is None

    def start(self, kept: int, most: Allowance) -> Inside:
        """Asks the parent for a child and returns it. Its first answer comes when torch is loaded."""
        del most  # sent to the process with the submission; it limits itself
        if not self.running:  # killed by `ask`, by a user, or because memory ran out
            self.close()
            self._begin()
        child = _Child(self, self._started, kept)
        self._started += 1
        return child

    def start_ahead(self, kept: int, most: Allowance) -> None:
        """Does nothing, because the parent has been started."""

    def tell(self, message: str, descriptors: list[int]) -> None:
        """Sends a message with open files. If the parent is dead, a later wait for its work notices it."""
        with contextlib.suppress(OSError):
            socket.send_fds(self._control, [message.encode()], descriptors)

    def ask(self, message: str) -> str:
        """Returns the parent's answer, without its first word. Returns "" if the parent has ended.

        A parent that is still importing torch, or does not answer, is ended.
        """
        try:
            if not self._is_ready():
                raise OSError("still importing")
            self._control.send(message.encode())
            return self._control.recv(64).decode().partition(" ")[2]
        except OSError:
            self._kill()
            return ""

    def _is_ready(self) -> bool:
        """Returns whether the parent has loaded torch, which it says once."""
        if not self._ready:
            self._control.setblocking(False)  # only looks whether the message has come
            with contextlib.suppress(OSError):
                self._ready = bool(self._control.recv(64))
            self._control.settimeout(_ANSWER)
        return self._ready

    def _kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._parent.pid, signal.SIGKILL)
        self._parent.wait()

    def close(self) -> None:
        """Ends the parent, and with it every child."""
        patience = _ANSWER if self._is_ready() else 0
        self._control.close()  # then a parent that is ready ends its children's groups and itself
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._parent.wait(patience)
        self._kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()


class _Child:
    """A forked child of the parent. `number` counts its children."""

    exceeded = None

    def __init__(self, server: ForkServer, number: int, kept: int) -> None:
        self._server, self._number = server, number
        self._killed = False
        self._folder = Path(tempfile.mkdtemp(prefix="child-", dir=server.folder))
        ours, theirs = socket.socketpair()
        reading, writing = os.pipe()
        server.tell(f"fork {number} {self._folder}", [theirs.fileno(), writing])
        # The child holds the only copies, so that its end closes the connection and the pipe.
        theirs.close()
        os.close(writing)
        self.channel = Channel(ours)
        self._output = OutputTail(os.fdopen(reading, "rb"), kept)

    @property
    def abandoned(self) -> bool:
        return not self._server.running

    def allow(self, allowance: Allowance) -> None:
        """Does nothing: the process limits itself, and is not watched from outside."""

    def output(self) -> str:
        return self._output.text()

    def ending(self) -> str:
        status = self._server.ask(f"status {self._number}")
        return describe_status(int(status)) if status else "closed its connection to the grader"

    def kill(self) -> None:
        if self._killed:
            return
        self._killed = True  # before asking, since `kill` may be called again
        self._server.ask(f"end {self._number}")
        self.channel.close()
        self._output.close()
        shutil.rmtree(self._folder, ignore_errors=True)
