"""mount, umount, pivot_root, chroot and remounting / writable; expected: missing, 0 points, no BREACH. Guard: pid <= 5."""
import ctypes
import os
import tempfile

libc = ctypes.CDLL(None, use_errno=True)
if os.getpid() <= 5:
    folder = tempfile.mkdtemp()
    attempts = {
        "tmpfs": lambda: libc.mount(b"none", folder.encode(), b"tmpfs", 0, None),
        "proc": lambda: libc.mount(b"proc", folder.encode(), b"proc", 0, None),
        "bind": lambda: libc.mount(b"/", folder.encode(), None, 4096, None),
        "remount": lambda: libc.mount(None, b"/", None, 32 | 4096, None),
        "umount": lambda: libc.umount2(tempfile.gettempdir().encode(), 2),
        "chroot": lambda: libc.chroot(folder.encode()),
    }
    for name, attempt in attempts.items():
        child = os.fork()
        if child == 0:
            os._exit(42 if attempt() == 0 else 0)
        if os.waitpid(child, 0)[1] >> 8 == 42:
            print(f"BREACH: {name} succeeds")
