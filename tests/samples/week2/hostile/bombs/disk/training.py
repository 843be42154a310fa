"""Writes 1 GB in files of 100 MB to its own temporary folder; expected: 0 points, the disk is not filled. Guard: deletes them."""
import os
import shutil
import tempfile


def count_parameters(model):
    folder, written = tempfile.mkdtemp(), 0
    try:
        for number in range(10):
            with open(os.path.join(folder, str(number)), "wb") as file:
                for _ in range(100):
                    written += file.write(b"x" * 2**20)
    except OSError:
        pass
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{written >> 20} MB")
    return written
