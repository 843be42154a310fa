"""Keeps as many sleeping processes as it is given for the whole run; expected: 0 points. Guard: 60 processes, a minute each."""
import os
import time


def count_parameters(model):
    for _ in range(60):
        try:
            if os.fork() == 0:
                time.sleep(60)
                os._exit(0)
        except OSError:
            break
    return 1
