"""The parent of trusted children: imports torch once, then forks a worker for every socket it is handed."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys

import torch
import torchvision  # noqa: F401  (so that no child has to)

from cnngrade.inside import worker


def main() -> None:
    """Entry point: `python -m cnngrade.inside.forking FD`, where FD is the control socket."""
    torch.set_num_threads(1)  # a parent with more than one thread must not fork
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children are nobody's to wait for
    control = socket.socket(fileno=int(sys.argv[1]))
    while True:
        message, descriptors, _flags, _address = socket.recv_fds(control, 1, 1)
        if not message:
            return
        if os.fork() == 0:
            control.close()
            with contextlib.suppress(BaseException):
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                worker.serve(socket.socket(fileno=descriptors[0]))
            os._exit(1)
        os.close(descriptors[0])


if __name__ == "__main__":
    main()
