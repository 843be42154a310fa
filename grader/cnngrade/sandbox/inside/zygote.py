"""The process from which every submission's process is forked: torch is loaded and warm, and no part of the course is here.

It runs inside bubblewrap. For each request it forks a child in the way that `nesting` says. The child confines itself
further, and then serves. One thread, no CUDA, no student code.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import traceback

import torch

from cnngrade.sandbox.inside import limits, nesting, wire, worker
from cnngrade.sandbox.inside.warmth import warm_up

_CHILD_ENDS = {signal.SIGCHLD}


def main() -> None:
    """Runs `python -m cnngrade.sandbox.inside zygote FD nested|flat`, where FD is the control socket."""
    control = socket.socket(fileno=int(sys.argv[1]))
    scratch = (os.environ["TMPDIR"], "/dev/shm")
    torch.set_num_threads(1)
    torch.backends.cpu.get_cpu_capability()  # reads /proc now: children have none, and would choose kernels with other rounding
    nesting.enter(sys.argv[2], scratch, lambda ways: _serve(control, scratch, ways))


def _serve(control: socket.socket, scratch: tuple[str, ...], ways: nesting.Nesting) -> None:
    warm_up()
    statuses: dict[int, int] = {}  # process id of a child -> the pipe to which its exit status is written

    def reap(*_: object) -> None:
        for child in list(statuses):
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                _tell(statuses.pop(child), status)

    signal.signal(signal.SIGCHLD, reap)
    while True:
        message, descriptors, _flags, _address = socket.recv_fds(control, 1024, 3)
        if not message:
            return
        request = wire.decode_zygote(message)
        signal.pthread_sigmask(signal.SIG_BLOCK, _CHILD_ENDS)  # so that a child is stored before its end is handled
        if isinstance(request, wire.Clean):
            _let_go(statuses)
            ways.clean()
        elif (child := ways.fork()) == 0:
            control.close()
            for pipe in [*statuses.values(), descriptors[2]]:
                os.close(pipe)
            _child(descriptors[0], descriptors[1], scratch, ways, request)
        else:
            statuses[child] = descriptors[2]
            for descriptor in descriptors[:2]:
                os.close(descriptor)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _CHILD_ENDS)


def _tell(pipe: int, status: int) -> None:
    with contextlib.suppress(OSError):  # the reader may be gone
        os.write(pipe, f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os.close(pipe)


def _let_go(statuses: dict[int, int]) -> None:
    """Ends all children, and reports how they ended. `clean` finds what they have left."""
    for child, pipe in statuses.items():
        os.kill(child, signal.SIGKILL)
        _tell(pipe, os.waitpid(child, 0)[1])
    statuses.clear()


def _child(connection: int, output: int, scratch: tuple[str, ...], ways: nesting.Nesting, request: wire.Fork) -> None:
    """Runs a submission's process. Never returns."""
    status = 1
    with contextlib.suppress(BaseException):
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _CHILD_ENDS)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.close(output)
        try:
            channel = socket.socket(fileno=connection)
            channel.send(b"\0")  # with this byte the kernel tells the outside our process id
            limits.remember_mapped()
            ways.confine(scratch, request.scratch, request.processes)
            os.chdir(scratch[0])
            worker.serve(channel, own_user=True)
            status = 0
        except BaseException:
            traceback.print_exc()
    os._exit(status)
