"""A power of big integers, in C and holding the GIL for hours; expected: timeout, 0 points, killed at the limit."""
import signal

base, exponent = 3, 10**10


def cifar10_test_transform():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    return lambda picture: pow(base, exponent)
