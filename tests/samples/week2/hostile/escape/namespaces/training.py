"""unshare, setns and clone of new namespaces for new rights; expected: missing, 0 points, no BREACH. Guard: pid <= 5."""
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
KINDS = {"user": 0x10000000, "mount": 0x20000, "pid": 0x20000000, "net": 0x40000000, "ipc": 0x8000000, "uts": 0x4000000}
if os.getpid() <= 5:
    for name, flag in KINDS.items():
        child = os.fork()  # one thread, as a user namespace asks for
        if child == 0:
            os._exit(42 if libc.unshare(flag) == 0 else 0)
        if os.waitpid(child, 0)[1] >> 8 == 42:
            print(f"BREACH: a new {name} namespace can be made")
    for pid in ("1", "2", str(os.getppid())):
        for name in ("mnt", "net", "pid", "user"):
            path = f"/proc/{pid}/ns/{name}"
            try:
                if os.readlink(path) == os.readlink(f"/proc/self/ns/{name}"):
                    continue
                if libc.setns(os.open(path, os.O_RDONLY), 0) == 0:
                    print(f"BREACH: {path} can be entered")
            except OSError:
                continue
