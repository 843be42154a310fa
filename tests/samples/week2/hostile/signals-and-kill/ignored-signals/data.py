"""Ignores and blocks every signal, then loops for ever; expected: timeout, 0 points, killed at the limit."""
import signal
import time


def cifar10_test_transform():
    for number in signal.valid_signals():
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            continue
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    until = time.monotonic() + 300
    while time.monotonic() < until:
        try:
            sum(range(10**6))
        except BaseException:
            continue
    return lambda picture: picture
