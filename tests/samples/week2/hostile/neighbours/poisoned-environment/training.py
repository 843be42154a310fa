"""Tries to open the grader's, torch's and Python's own files for writing; expected: missing, 0 points. Guard: writes nothing."""
import os
import sys

import cnngrade.sandbox.inside.wire
import torch

files = [cnngrade.sandbox.inside.wire.__file__, torch.__file__, os.__file__, sys.executable, "/etc/passwd", "/etc/ld.so.preload"]
files += [each.__file__ for each in list(sys.modules.values())[:200] if getattr(each, "__file__", None)]
for file in dict.fromkeys(files):
    if os.path.dirname(file).startswith(os.path.dirname(__file__)):
        continue
    try:
        os.close(os.open(file, os.O_WRONLY))  # opened and closed, not a byte written
        print(f"BREACH: {file} can be written")
    except OSError:
        pass
    for folder in (os.path.dirname(file), os.path.join(os.path.dirname(file), "__pycache__")):
        if os.path.isdir(folder) and os.access(folder, os.W_OK) and os.getpid() <= 5:
            try:
                path = os.path.join(folder, "cnngrade-hostile.pyc")
                os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
                os.unlink(path)
                print(f"BREACH: files can be made in {folder}")
            except OSError:
                continue
