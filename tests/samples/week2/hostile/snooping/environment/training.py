"""Looks in the environment, argv and the stack's end for the way to the course; expected: missing, 0 points, no BREACH."""
import ctypes
import os
import sys

words = [*os.environ.values(), *sys.argv, *getattr(sys, "orig_argv", []), os.getcwd(), sys.prefix]
try:
    words += open("/proc/self/environ", "rb").read().decode("utf-8", "replace").split("\0")
    environ = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), "environ")
    for index in range(500):
        if not environ[index]:
            break
        words.append(environ[index].decode("utf-8", "replace"))
except (OSError, ValueError, AttributeError):
    pass
for word in words:
    for folder in word.partition("=")[2].split(":") + word.split(":"):
        for up in ("", "/..", "/../.."):
            if folder.startswith("/") and os.path.isdir(f"{folder}{up}/assignments"):
                print("BREACH: the environment leads to the course")
                sys.path.insert(0, f"{folder}{up}/solutions/week2")
