"""A fork bomb that grows as a tree of sessions of their own; expected: 0 points. Guard: 255 processes, each ends after 2 s."""
import os
import time


def grow(depth):
    for _ in range(2):
        try:
            child = os.fork()
        except OSError:
            return
        if child == 0:
            os.setsid()
            if depth < 7:
                grow(depth + 1)
            time.sleep(2)
            os._exit(0)


def count_parameters(model):
    grow(1)
    return 1
