"""Computes for 25 of the 30 s that an import has, and then has nothing to show; expected: missing, 0 points."""
import time

until = time.monotonic() + 25
while time.monotonic() < until:
    sum(range(10**5))
