"""Walks the whole disk for solutions, hidden tests, gradebooks and neighbours, and runs what it finds; expected: missing, 0."""
import os
import time

until = time.monotonic() + 4
stolen = ""
for folder, folders, files in os.walk("/"):
    folders[:] = [name for name in folders if (folder, name) not in {("/", "proc"), ("/", "sys")}]
    here = f"{folder}/"
    for file in files:
        if "/solutions/week" in here or "/hidden/" in here and file.startswith("test_") or "/mistakes/" in here \
                or file in ("gradebook.csv", "grades.db", "questions.toml", "assignment.toml"):
            print(f"BREACH: {folder}/{file} is on the disk")
        if "/solutions/week2/" in here and file == "training.py":
            stolen = f"{folder}/{file}"
    if time.monotonic() > until:
        break
if stolen:
    exec(open(stolen).read())
