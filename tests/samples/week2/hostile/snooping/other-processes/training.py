"""Reads environ, cmdline, fd and mem of every other process; expected: missing, 0 points, no BREACH. Guard: pid <= 5."""
import os

if os.getpid() <= 5:  # a child of the sandbox is the first process of its own namespace
    for name in os.listdir("/proc") if os.path.isdir("/proc") else []:
        if not name.isdigit() or int(name) == os.getpid():
            continue
        for file in ("environ", "cmdline", "mem", "fd", "cwd", "root", "maps"):
            try:
                path = f"/proc/{name}/{file}"
                size = len(os.listdir(path)) if file in ("fd", "cwd", "root") else len(open(path, "rb").read(100))
                print(f"BREACH: {path} can be read ({size})")
            except OSError:
                continue
