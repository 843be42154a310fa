"""Eight processes that hold 400 MB each, so that none passes its own limit; expected: memory or timeout, 0 points. Guard: 5 s."""
import os
import time


def count_parameters(model):
    children = []
    for _ in range(8):
        try:
            child = os.fork()
        except OSError:
            break
        if child == 0:
            try:
                block = bytearray(b"x") * (400 * 2**20)
                time.sleep(5)
                os._exit(len(block) % 2)
            finally:
                os._exit(1)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)
    return len(children)
