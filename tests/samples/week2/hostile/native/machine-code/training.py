"""Maps memory that can be written and run, and calls machine code that exits 0; expected: crash, 0 points."""
import ctypes
import mmap
import platform

CODE = {"x86_64": b"\xb8\xe7\x00\x00\x00\x31\xff\x0f\x05"}.get(platform.machine())  # exit_group(0)


def count_parameters(model):
    memory = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    if CODE is None:
        return 1
    memory.write(CODE)
    address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    return ctypes.CFUNCTYPE(ctypes.c_int)(address)()
