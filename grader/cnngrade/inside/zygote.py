"""The process from which every submission's process is forked: torch is loaded and warm, and nothing of the course is here.

Runs inside bubblewrap, as the first process of a PID namespace of its own. For each request it forks a child into a PID
namespace of the child's own; the child confines itself further, then serves. One thread, no CUDA, no student code.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import traceback

import torch

from cnngrade.inside import confinement, limits, worker
from cnngrade.inside.warmth import warm_up

_SCRATCH_SIZE = 256 * 2**20  # bytes
_PROCESSES = 256


def main() -> None:
    """Entry point: `python -m cnngrade.inside.zygote FD`, where FD is the control socket."""
    control = socket.socket(fileno=int(sys.argv[1]))
    if os.getuid() == 0:
        confinement.become_nobody()
    confinement.unshare(confinement.CLONE_NEWUSER | confinement.CLONE_NEWPID)
    confinement.map_own_user()
    if (first := os.fork()) != 0:
        control.close()
        os._exit(os.waitstatus_to_exitcode(os.waitpid(first, 0)[1]) & 0xFF)
    _serve(control)


def _serve(control: socket.socket) -> None:
    torch.set_num_threads(1)
    torch.backends.cpu.get_cpu_capability()  # read from /proc now: children have none, and would pick other kernels
    warm_up()
    home = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children leave no zombies, and nothing to drain
    while True:
        message, descriptors, _flags, _address = socket.recv_fds(control, 1, 2)
        if not message:
            return
        confinement.unshare(confinement.CLONE_NEWPID)
        if os.fork() == 0:
            control.close()
            os.close(home)
            _child(*descriptors)
        confinement.enter(home, confinement.CLONE_NEWPID)
        for descriptor in descriptors:
            os.close(descriptor)


def _child(connection: int, output: int) -> None:
    """The life of a submission's process; never returns."""
    status = 1
    with contextlib.suppress(BaseException):
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.close(output)
        try:
            channel = socket.socket(fileno=connection)
            channel.send(b"\0")  # with it the kernel tells the outside who we are
            limits.remember_mapped()
            scratch = os.environ["TMPDIR"]
            confinement.apply((scratch, "/dev/shm"), _SCRATCH_SIZE, _PROCESSES, hidden=("/proc",))
            os.chdir(scratch)
            worker.serve(channel)
            status = 0
        except BaseException:
            traceback.print_exc()
    os._exit(status)


if __name__ == "__main__":
    main()
