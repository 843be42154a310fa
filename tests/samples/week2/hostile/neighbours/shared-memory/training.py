"""Leaves POSIX and SysV shared memory and looks for a neighbour's; expected: missing, 0 points, no BREACH. Guard: 4 KB, pid <= 5."""
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
KEY = 0x636E6E
if os.getpid() <= 5:
    block = libc.shmget(KEY, 4096, 0)
    if block >= 0:
        print("BREACH: a SysV segment of a neighbour is here")
    elif libc.shmget(KEY, 4096, 0o1000 | 0o666) >= 0:  # IPC_CREAT
        print("BREACH: SysV shared memory can be made, which no limit counts")
    if os.path.exists("/dev/shm/cnngrade-hostile"):
        print("BREACH: POSIX shared memory of a neighbour is here")
    try:
        with open("/dev/shm/cnngrade-hostile", "wb") as memory:
            memory.write(b"x" * 4096)
    except OSError:
        pass
    queue = libc.msgget(KEY, 0)
    if queue >= 0:
        print("BREACH: a SysV queue of a neighbour is here")
    libc.msgget(KEY, 0o1000 | 0o666)
    libc.semget(KEY, 1, 0o1000 | 0o666)
