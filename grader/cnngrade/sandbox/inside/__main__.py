"""Starts every process beside student code: `python -m cnngrade.sandbox.inside worker|zygote|forking|trial ARGUMENTS`.

Before it imports anything large, it makes the kernel end it together with its parent: a grader that is killed leaves
nothing running.
"""

from __future__ import annotations

import importlib
import sys

from cnngrade.sandbox.inside.lifeline import end_with_parent, lift_limits

if __name__ == "__main__":
    name = sys.argv.pop(1)
    end_with_parent(connection=int(sys.argv[1]) if sys.argv[1].isdecimal() else -1)
    lift_limits()
    importlib.import_module(f"cnngrade.sandbox.inside.{name}").main()
