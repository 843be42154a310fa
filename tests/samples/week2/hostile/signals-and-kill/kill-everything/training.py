"""kill(-1), killpg(0), kill(getppid()) and every pid below 500; expected: wrong or crash, 0 points, neighbours live. Guard: pid <= 5."""
import os
import signal


def kill_all():
    if os.getpid() > 5:  # only as the first process of a sandbox's own namespace
        return
    for attempt in (
        lambda: os.kill(-1, signal.SIGKILL),
        lambda: os.getppid() > 1 and os.kill(os.getppid(), signal.SIGKILL),
        *(lambda pid=pid: os.kill(pid, signal.SIGKILL) for pid in range(2, 500)),
        lambda: os.killpg(0, signal.SIGKILL),
    ):
        try:
            attempt()
        except OSError:
            continue


def count_parameters(model):
    kill_all()
    return 1


def permute_pixels(images, permutation):
    kill_all()
    os.kill(os.getpid(), signal.SIGKILL)
    return images
