"""Prints escapes that clear the screen, set its title and hide text, NULs and broken UTF-8; expected: wrong or crash, 0 points."""
import os
import sys


def count_parameters(model):
    os.write(1, b"\x1b[2J\x1b[H\x1b]0;100 of 100\x07\x1b[8m\x00\xff\xfe\r\x08\x9b31m" * 100)
    sys.stdout.write("\u202e001/001\u2066\u200b\ufeff\x85\u2028")
    return 1


def permute_pixels(images, permutation):
    raise ValueError("\x1b[2J\x1b[32mPASS\x1b[0m\r\n\x00 100 of 100 \u202epass\ud800")
