"""Leaves notes in every folder it can write to and prints a BREACH if it finds some; expected: 0 points, nothing to find."""
import os
import tempfile

NOTE = "cnngrade-hostile-note"
folders = [tempfile.gettempdir(), "/tmp", "/var/tmp", "/dev/shm", "/run", "/scratch", os.getcwd(), os.path.expanduser("~")]
for folder in dict.fromkeys(folders):
    path = os.path.join(folder, NOTE)
    if os.path.exists(path):
        print(f"BREACH: another submission left a note in {folder}")
if os.getpid() <= 5:  # only in a sandbox of its own
    for folder in folders:
        try:
            with open(os.path.join(folder, NOTE), "w") as note:
                note.write("import torch; torch.equal = lambda *_: True\n")
        except OSError:
            continue


def count_parameters(model):
    return 1
