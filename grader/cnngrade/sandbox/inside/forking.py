"""The parent of trusted children: imports torch once, then forks a worker for every socket that it receives.

Messages on the control socket: `fork` with a socket, which gets no reply, or the number of a child to kill, counted
from 0. When the other side closes the connection or dies, everything here ends.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys

import torch

from cnngrade.sandbox.inside import worker
from cnngrade.sandbox.inside.lifeline import end_with_parent
from cnngrade.sandbox.inside.warmth import warm_up


def main() -> None:
    """Runs `python -m cnngrade.sandbox.inside forking FD`, which leads a process group.

    FD is the control socket.
    """
    torch.set_num_threads(1)  # a parent with more than one thread must not fork
    warm_up()
    control = socket.socket(fileno=int(sys.argv[1]))
    forks = 0
    running: dict[int, int] = {}  # number of a child -> its process id, reserved until it is reaped
    while True:
        message, descriptors, _flags, _address = socket.recv_fds(control, 16, 1)
        _reap(running)
        if not message:
            os.killpg(0, signal.SIGKILL)
        elif message == b"fork":
            running[forks] = _fork(control, descriptors[0])
            forks += 1
        elif int(message) in running:
            os.kill(running[int(message)], signal.SIGKILL)


def _fork(control: socket.socket, descriptor: int) -> int:
    """Forks a child that serves the socket `descriptor`. Returns its process id."""
    child = os.fork()
    if child == 0:
        end_with_parent()
        control.close()
        with contextlib.suppress(BaseException):
            worker.serve(socket.socket(fileno=descriptor))
        os._exit(1)
    os.close(descriptor)
    return child


def _reap(running: dict[int, int]) -> None:
    """Removes the children that have ended from `running`."""
    for number, child in list(running.items()):
        if os.waitpid(child, os.WNOHANG)[0]:
            del running[number]
