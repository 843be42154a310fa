"""The process that `check --watch` keeps: torch is loaded and warm, and each check gets a child forked from it.

Messages on the control socket are text. First this side says `ready`. Then it gets requests. `fork NUMBER FOLDER`, with
a socket and a pipe for output, has no reply. `status NUMBER` has the reply `status` and, if that child has ended, how.
`end NUMBER` has the reply `ended` when the child and its process group are gone. A child is reaped only then, so that
no other process can get its process id. When the other side closes the connection, everything here ends. One thread, no
CUDA, no student code.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import tempfile
import time

import torch

from cnngrade.sandbox.inside import worker
from cnngrade.sandbox.inside.lifeline import end_with_parent
from cnngrade.sandbox.inside.warmth import warm_up

_ENDING = 2.0  # seconds that a child whose connection has closed may take to end


def main() -> None:
    """Runs `python -m cnngrade.sandbox.inside forkserver FD`, where FD is the control socket."""
    torch.set_num_threads(1)  # a parent with more than one thread must not fork
    warm_up()
    control = socket.socket(fileno=int(sys.argv[1]))
    children: dict[str, int] = {}
    control.send(b"ready")
    while True:
        message, descriptors, _flags, _address = socket.recv_fds(control, 4096, 2)
        verb, _, rest = message.decode().partition(" ")
        number, _, folder = rest.partition(" ")
        if verb == "fork":
            children[number] = _fork(control, descriptors, folder)
        elif verb == "status":
            control.send(f"status {_status(children[number])}".encode())
        elif verb == "end":
            _end(children.pop(number))
            control.send(b"ended")
        else:
            for child in children.values():
                _end(child)
            os._exit(0)  # taking torch down in order takes seconds


def _fork(control: socket.socket, descriptors: list[int], folder: str) -> int:
    """Forks a child, the leader of a new process group, that serves the socket `descriptors[0]`. Returns its process id."""
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            os.setpgid(0, 0)
            end_with_parent()
            control.close()
            for stream in (1, 2):
                os.dup2(descriptors[1], stream)
            os.close(descriptors[1])
            os.environ.update(dict.fromkeys(("HOME", "TMPDIR", "TEMP", "TMP"), folder))
            tempfile.tempdir = folder
            os.chdir(folder)
            worker.serve(socket.socket(fileno=descriptors[0]))
        os._exit(1)
    with contextlib.suppress(OSError):  # the child may have done it already
        os.setpgid(child, child)
    for descriptor in descriptors:
        os.close(descriptor)
    return child


def _status(child: int) -> str:
    """Returns the exit status of a child as `subprocess` counts it, or "" if the child still runs."""
    deadline = time.monotonic() + _ENDING
    while True:
        ended = os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if ended is not None:
            return str(ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status)
        if time.monotonic() > deadline:
            return ""
        time.sleep(0.01)


def _end(child: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
