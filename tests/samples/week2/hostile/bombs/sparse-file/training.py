"""Sparse files of 8 EB and fallocate of 100 GB; expected: crash (SIGXFSZ) or wrong, 0 points. Guard: unlinked at once."""
import os
import tempfile


def count_parameters(model):
    descriptor, path = tempfile.mkstemp()
    os.unlink(path)
    os.ftruncate(descriptor, 2**62)
    return 1


def permute_pixels(images, permutation):
    descriptor, path = tempfile.mkstemp()
    os.unlink(path)
    try:
        os.posix_fallocate(descriptor, 0, 100 * 2**30)
        print("BREACH: 100 GB of disk were taken")
    except OSError:
        pass
    return images
