"""Makes 50,000 files, folders and links; expected: 0 points, no inodes are used up. Guard: its own folder, deleted after it."""
import os
import shutil
import tempfile


def count_parameters(model):
    folder, made = tempfile.mkdtemp(), 0
    try:
        for number in range(50_000):
            if number % 1000 == 0:
                os.mkdir(os.path.join(folder, f"d{number}"))
            os.symlink("/nowhere", os.path.join(folder, f"d{number - number % 1000}", str(number)))
            made += 1
    except OSError:
        pass
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return made
