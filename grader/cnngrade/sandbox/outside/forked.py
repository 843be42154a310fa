"""For our own code only: the reference and the known mistakes, in children forked from one process that has torch loaded.

Covered: nothing; the code is ours. What it buys is time: a child is there in milliseconds, a fresh process takes seconds.
Where there is no fork, or no passing of sockets, a fresh process does the same.
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
from cnngrade.sandbox.outside.process import FreshProcess, scrubbed_environment

AVAILABLE = sys.platform.startswith("linux")


class Forked:
    """Keeps one parent process with torch loaded and forks a child from it per `start`."""

    name = "forked"

    def __init__(self, device: str = "cpu") -> None:
        self.device = device
        self._folder = Path(tempfile.mkdtemp(prefix="cnngrade-trusted-"))
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._started = 0
        self._parent = subprocess.Popen(
            [sys.executable, "-s", "-P", "-m", "cnngrade.sandbox.inside", "forking", str(theirs.fileno())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            cwd=self._folder,
            env=scrubbed_environment(self._folder, device),
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
        theirs.close()

    def start(self, kept: int, most: Allowance) -> Inside:
        """Asks the parent for a child; the answer to the first message comes once torch is loaded."""
        del kept, most
        ours, theirs = socket.socketpair()
        with contextlib.suppress(OSError):  # a parent that has died: the child's channel is closed then, which says it
            socket.send_fds(self._control, [b"fork"], [theirs.fileno()])
        theirs.close()
        child = _Child(ours, self._control, self._started)
        self._started += 1
        return child

    def start_ahead(self, kept: int, most: Allowance) -> None:
        """Nothing to begin: the parent has been started."""

    def close(self) -> None:
        """Ends the parent, and with it every child."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._parent.pid, signal.SIGKILL)
        self._parent.wait()
        self._control.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()


class _Child:
    """A forked child, the `number`th of its parent."""

    exceeded, abandoned = None, False

    def __init__(self, connection: socket.socket, control: socket.socket, number: int) -> None:
        self.channel = Channel(connection)
        self._control, self._number = control, number
        self._killed = False

    def allow(self, allowance: Allowance) -> None:
        """Our own code is not watched."""

    def output(self) -> str:
        return ""

    def ending(self) -> str:
        return "ended"

    def kill(self) -> None:
        if self._killed:
            return
        self._killed = True
        self.channel.close()
        with contextlib.suppress(OSError):  # with the parent, its children have ended
            self._control.send(str(self._number).encode())


def trusted(device: str = "cpu") -> Forked | FreshProcess:
    """The quickest way this machine has to run our own code in another process."""
    return Forked(device) if AVAILABLE else FreshProcess(device)
