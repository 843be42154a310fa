"""Hooks sys.setprofile and settrace to rewrite the locals of the worker's frames; expected: wrong, 0 points."""
import ctypes
import sys


def rewrite(frame, event, _argument):
    if event == "return" and frame.f_code.co_name in ("_answer", "call", "counted", "forward"):
        for name, forged in (("value", 689), ("answer", b"\x82\xa4type\xa8returned\xa5value\x00")):
            if name in frame.f_locals:
                frame.f_locals[name] = forged
                if hasattr(ctypes.pythonapi, "PyFrame_LocalsToFast"):
                    ctypes.pythonapi.PyFrame_LocalsToFast(ctypes.py_object(frame), ctypes.c_int(0))
    return rewrite


sys.setprofile(rewrite)
sys.settrace(rewrite)


def count_parameters(model):
    up = sys._getframe()
    while up is not None:
        up.f_trace = rewrite
        up = up.f_back
    return 1
