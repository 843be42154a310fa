"""A regular expression that backtracks for ever, in an except that catches all; expected: timeout, 0 points."""
import re


def cifar10_test_transform():
    while True:
        try:
            re.match(r"(a|a|b|ab)*c", "ab" * 40)
        except BaseException:
            continue
