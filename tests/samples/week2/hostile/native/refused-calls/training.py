"""io_uring, keyctl, userfaultfd, bpf, perf, memfd_secret and kin; expected: missing, 0 points, no BREACH."""
import ctypes
import os
import platform

libc = ctypes.CDLL(None, use_errno=True)
room = ctypes.create_string_buffer(256)
CALLS = {  # harmless where they succeed: at most a descriptor is opened, and closed
    "io_uring_setup": (425, 4, room), "userfaultfd": (323, 1), "bpf": (321, 0, room, 48),
    "perf_event_open": (298, room, 0, -1, -1, 0), "memfd_secret": (447, 0), "fanotify_init": (300, 0, 0),
    "open_by_handle_at": (304, -100, room, 0), "fsopen": (430, b"tmpfs", 0), "open_tree": (428, -100, b"/", 1),
    "keyctl": (250, 0, -3, 1), "add_key": (248, b"user", b"cnngrade-hostile", b"x", 1, -2),
}  # fmt: skip
if platform.machine() == "x86_64":
    for name, arguments in CALLS.items():
        result = libc.syscall(*arguments)
        if result >= 0:
            print(f"BREACH: {name} is allowed")
            if name not in ("keyctl", "add_key", "bpf") and result > 2:
                os.close(result)
