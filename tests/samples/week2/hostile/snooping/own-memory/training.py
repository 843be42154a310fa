"""Reads /proc/self/mem for the text of tests or solutions; expected: missing, 0 points, no BREACH. Guard: own process only."""
import re

MARKS = [b"BEGIN " + b"SOLUTION", b"from cnngrade.judge." + b"suite import", b"same_structure(" + b"inside, reference"]
read = 0
try:
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
        for line in maps:
            match = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
            if not match or read > 400_000_000:
                continue
            start, end = (int(number, 16) for number in match.groups())
            try:
                memory.seek(start)
                block = memory.read(min(end - start, 64_000_000))
            except (OSError, ValueError, OverflowError):
                continue
            read += len(block)
            for mark in MARKS:
                at = block.find(mark)
                # What this file itself brought into memory does not count: its marks are written in halves.
                if at >= 0:
                    print(f"BREACH: {mark.decode()!r} is in memory")
except OSError:
    pass
