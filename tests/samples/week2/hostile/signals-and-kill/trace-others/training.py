"""ptrace, process_vm_readv and pidfd_getfd on every other process; expected: missing, 0 points, no BREACH. Guard: pid <= 5."""
import ctypes
import os
import platform

libc = ctypes.CDLL(None, use_errno=True)


class Vector(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


if os.getpid() <= 5 and platform.machine() == "x86_64":
    here = ctypes.create_string_buffer(64)
    local, remote = Vector(ctypes.addressof(here), 64), Vector(ctypes.addressof(here), 64)
    for pid in {os.getppid(), *range(1, 200)} - {0, os.getpid()}:
        if libc.ptrace(0x4206, pid, None, None) == 0:  # PTRACE_SEIZE
            print(f"BREACH: process {pid} can be traced")
            libc.ptrace(17, pid, None, None)  # PTRACE_DETACH
        if libc.syscall(310, pid, ctypes.byref(local), 1, ctypes.byref(remote), 1, 0) > 0:
            print(f"BREACH: the memory of process {pid} can be read")
        descriptor = libc.syscall(434, pid, 0)  # pidfd_open
        if descriptor >= 0:
            if any(libc.syscall(438, descriptor, number, 0) >= 0 for number in range(16)):
                print(f"BREACH: descriptors of process {pid} can be taken")
            os.close(descriptor)
