"""Floods warnings, logging and faulthandler, and closes stdout under the worker; expected: wrong, 0 points."""
import faulthandler
import logging
import os
import sys
import warnings


class Writer:
    def write(self, _text):
        raise SystemExit(0)

    flush = close = write
    encoding = "utf-8"


def count_parameters(model):
    warnings.simplefilter("always")
    logging.basicConfig(level=0)
    for number in range(20_000):
        warnings.warn(f"{number}" * 10, stacklevel=1)
        logging.critical("%s", "x" * 100)
    faulthandler.dump_traceback_later(0.01, repeat=True)
    return 1


def permute_pixels(images, permutation):
    sys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = Writer()
    os.close(1)
    os.close(2)
    return images
