"""Twenty threads that are no daemons and never end; expected: wrong, 0 points, the process is gone with its submission."""
import threading
import time


def stay():
    until = time.monotonic() + 300
    while time.monotonic() < until:
        time.sleep(0.05)


for _ in range(20):
    threading.Thread(target=stay, daemon=False).start()


def count_parameters(model):
    return 1
