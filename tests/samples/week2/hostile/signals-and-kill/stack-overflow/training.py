"""Recursion without a limit, in C and in Python; expected: crash, memory or timeout, 0 points."""
import sys
import threading

sys.setrecursionlimit(2**31 - 1)


def deeper(_item):
    return max([0], key=deeper)  # through C: overflows the C stack


def count_parameters(model):
    return deeper(0)


def permute_pixels(images, permutation):
    def in_python(depth):
        return in_python(depth + 1) + 1

    return in_python(0)


def evaluate(model, loader, loss_fn, device):
    threading.stack_size(32768)
    thread = threading.Thread(target=deeper, args=[0])
    thread.start()
    thread.join()
    return 0.0, 1.0
