"""Signal handlers and an interval timer that interrupt the worker to forge; expected: wrong, crash or timeout, 0 points."""
import gc
import signal

from cnngrade.sandbox.inside import wire


def strike(*_args):
    for thing in gc.get_objects():
        if isinstance(thing, wire.Returned):
            thing.value = 689
        if isinstance(thing, wire.Channel):
            thing.connection.sendall(b"\0\0\0\x18\x82\xa4type\xa8returned\xa5value\xcd\x02\xb1")


for number in (signal.SIGALRM, signal.SIGVTALRM, signal.SIGPROF, signal.SIGCHLD):
    signal.signal(number, strike)
signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)


def count_parameters(model):
    return 1


def permute_pixels(images, permutation):
    return images
