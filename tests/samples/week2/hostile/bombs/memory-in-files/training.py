"""Memory that no process owns: memfd, shared mappings, /dev/shm; expected: wrong, memory or crash, 0 points. Guard: 3 GB."""
import mmap
import os


def filled(make):
    block, written = b"x" * 2**20, 0
    try:
        for _ in range(12):
            descriptor = make()
            written += sum(os.write(descriptor, block) for _ in range(250))
    except OSError:
        pass
    return written


def in_shared_memory():
    path = f"/dev/shm/cnngrade-hostile-{os.getpid()}"
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    os.unlink(path)
    return descriptor


def count_parameters(model):
    written = filled(lambda: os.memfd_create("cnngrade-hostile"))
    if written > 2**30:
        print(f"BREACH: memfds took {written >> 20} MB, which no limit counts")
    return 1


def permute_pixels(images, permutation):
    shared = [mmap.mmap(-1, 2**28) for _ in range(12)]
    for each in shared:
        each.write(b"x" * 2**28)
    return len(shared)


def evaluate(model, loader, loss_fn, device):
    if filled(in_shared_memory) > 2**30:
        print("BREACH: /dev/shm took a gigabyte")
    return 0.0, 1.0
