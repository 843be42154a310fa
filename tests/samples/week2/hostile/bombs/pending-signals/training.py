"""Queues signals, timers and file locks without end; expected: wrong, 0 points. Guard: 20,000 of each, to itself."""
import ctypes
import os
import signal

libc = ctypes.CDLL(None, use_errno=True)


def count_parameters(model):
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGRTMIN})
    queued = 0
    while queued < 20_000 and libc.sigqueue(os.getpid(), int(signal.SIGRTMIN), None) == 0:
        queued += 1
    timers, identifier = 0, ctypes.c_void_p()
    create = getattr(libc, "timer_create", None)
    while create is not None and timers < 20_000 and create(1, None, ctypes.byref(identifier)) == 0:
        timers += 1
    print(f"{queued} signals, {timers} timers")
    return 1
