"""Hangs while it is imported, asleep with no CPU used; expected: timeout, 0 points, once for the file and not per test."""
import time

until = time.monotonic() + 600
while time.monotonic() < until:
    time.sleep(1)
