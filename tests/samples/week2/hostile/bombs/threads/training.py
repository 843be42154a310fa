"""A bomb of threads; expected: 0 points, neighbours unhurt. Guard: 400 threads at most, each ends after 2 s."""
import threading
import time


def count_parameters(model):
    threading.stack_size(262_144)
    made = 0
    for _ in range(400):
        try:
            threading.Thread(target=time.sleep, args=[2], daemon=True).start()
            made += 1
        except (RuntimeError, MemoryError):
            break
    print(f"{made} threads")
    return made
