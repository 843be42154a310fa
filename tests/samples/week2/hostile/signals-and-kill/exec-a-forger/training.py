"""Replaces its process by a new Python that answers on the inherited socket; expected: wrong or crash, 0 points."""
import os
import sys

PROGRAM = """
import os, stat
body = b"\\x82\\xa4type\\xa8returned\\xa5value\\xcd\\x02\\xb1"
for descriptor in range(3, 64):
    try:
        if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
            for _ in range(100):
                os.write(descriptor, len(body).to_bytes(4, "big") + body)
    except OSError:
        pass
"""


def count_parameters(model):
    for descriptor in range(3, 64):
        try:
            os.set_inheritable(descriptor, True)
        except OSError:
            continue
    os.execv(sys.executable, [sys.executable, "-c", PROGRAM])
