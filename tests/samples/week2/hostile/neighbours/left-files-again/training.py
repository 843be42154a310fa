"""Looks for what left-files, graded before it, has left; expected: missing, 0 points, no BREACH."""
import os
import tempfile

for folder in {tempfile.gettempdir(), "/tmp", "/var/tmp", "/dev/shm", "/run", os.getcwd(), os.path.expanduser("~")}:
    if os.path.exists(os.path.join(folder, "cnngrade-hostile-note")):
        print(f"BREACH: a neighbour's note lies in {folder}")
try:
    others = [name for name in os.listdir(tempfile.gettempdir()) if name.startswith("submission-")]
    others.remove(os.path.basename(os.path.dirname(__file__)))
    for name in others:
        print(f"BREACH: another submission's folder is here: {name}")
except (OSError, ValueError):
    pass
