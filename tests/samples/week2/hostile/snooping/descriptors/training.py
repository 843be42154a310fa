"""Reads and seeks in every open descriptor, and follows /proc/self/fd to files; expected: missing, 0 points, no BREACH."""
import fcntl
import os
import stat

for descriptor in range(3, 256):
    try:
        kind = os.fstat(descriptor).st_mode
        name = os.readlink(f"/proc/self/fd/{descriptor}")
    except OSError:
        continue
    if stat.S_ISDIR(kind):
        print(f"BREACH: descriptor {descriptor} is an open folder, {name}")
    if stat.S_ISREG(kind) and not name.startswith("/proc/") and not name.endswith((".so", ".py", ".pyc")):
        writable = fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE != os.O_RDONLY
        print(f"BREACH: descriptor {descriptor} is {name}" + (", writable" if writable else ""))
