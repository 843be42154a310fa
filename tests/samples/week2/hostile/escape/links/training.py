"""Puts links to the machine's files in place of its own and of temporary names; expected: missing, 0 points, none followed."""
import os
import tempfile

here = os.path.dirname(__file__)
for folder in (here, tempfile.gettempdir(), os.path.join(here, "__pycache__")):
    for name, target in (("models.py", "/etc/hostname"), ("data.py", "/proc/self/environ"), ("up", "/"), ("loop", "loop")):
        try:
            os.symlink(target, os.path.join(folder, f"hostile-{name}" if folder != here else name))
        except OSError:
            continue
    try:
        os.link("/etc/passwd", os.path.join(folder, "hostile-passwd"))
        print("BREACH: a hard link to a file of the machine can be made")
    except OSError:
        continue
try:
    os.mkfifo(os.path.join(here, "fifo.py"))  # whoever reads it waits
except OSError:
    pass
