"""Folders nested so deep that naive clean-up fails, unreadable ones and long names; expected: 0 points, nothing is left."""
import os
import tempfile


def count_parameters(model):
    start = os.getcwd()
    try:
        os.chdir(tempfile.mkdtemp(dir=os.path.dirname(__file__)))
        for _ in range(2000):
            os.mkdir("d" * 200)
            os.chdir("d" * 200)
        with open("x", "w") as file:
            file.write("x")
        os.mkdir("locked", 0)
    except OSError:
        pass
    finally:
        try:
            os.chdir(start)
        except OSError:
            os.chdir("/")
    return 1
