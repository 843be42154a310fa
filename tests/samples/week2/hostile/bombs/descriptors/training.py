"""Opens files, pipes, sockets and epolls until there are none; expected: crash or wrong, 0 points, neighbours unhurt."""
import os
import select
import socket

kept = []


def count_parameters(model):
    for make in (os.pipe, socket.socketpair, select.epoll, lambda: open(__file__)):
        try:
            for _ in range(5000):
                kept.append(make())
        except OSError:
            continue
    return len(kept)


def permute_pixels(images, permutation):
    count_parameters(None)
    raise ValueError("to be described with no descriptor left")
