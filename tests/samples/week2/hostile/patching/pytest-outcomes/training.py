"""Raises pytest's own skip, xfail and exit outcomes from inside a test; expected: crash, 0 points, nothing is skipped."""


def outcome(name):
    try:
        import _pytest.outcomes as outcomes

        return getattr(outcomes, name)("the test is skipped, says the student")
    except ImportError:
        return type(name, (BaseException,), {"__module__": "_pytest.outcomes"})("skipped")


def count_parameters(model):
    raise outcome("Skipped")


def permute_pixels(images, permutation):
    raise outcome("Exit")


def evaluate(model, loader, loss_fn, device):
    raise outcome("XFailed")


def train_epoch(model, loader, loss_fn, optimizer, device):
    import unittest

    raise unittest.SkipTest("not today")
