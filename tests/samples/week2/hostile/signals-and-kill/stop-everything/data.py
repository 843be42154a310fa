"""SIGSTOP to all it can reach and to itself, so that nobody goes on; expected: timeout, 0 points. Guard: others if pid <= 5."""
import os
import signal


def cifar10_test_transform():
    for pid in [-1, *range(2, 100)] if os.getpid() <= 5 else []:
        try:
            os.kill(pid, signal.SIGSTOP)
        except OSError:
            continue
    if os.fork() == 0:  # a stopped child too
        os.kill(os.getpid(), signal.SIGSTOP)
        os._exit(0)
    os.kill(os.getpid(), signal.SIGSTOP)
    signal.pause()
    return lambda picture: picture
