"""Computes for 4 of the 5 s that the run gives an import, and then has nothing to show; expected: missing, 0 points."""
import time

until = time.monotonic() + 4
while time.monotonic() < until:
    sum(range(10**5))
