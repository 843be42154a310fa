"""A fork bomb; expected: 0 points, neighbours unhurt, none left. Guard: 400 processes at most, each ends after 2 s."""
import os
import time


def count_parameters(model):
    made = 0
    until = time.monotonic() + 2
    while made < 400 and time.monotonic() < until:
        try:
            child = os.fork()
        except OSError:
            time.sleep(0.01)
            continue
        if child == 0:
            time.sleep(2)
            os._exit(0)
        made += 1
    print(f"{made} processes")
    return made
