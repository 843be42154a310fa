"""Raises messages of 500 MB, type names of 10 MB and endless chains of causes; expected: crash, memory or timeout, 0 points."""


def count_parameters(model):
    raise ValueError("x" * 500_000_000)


def permute_pixels(images, permutation):
    raise type("E" * 10_000_000, (Exception,), {})("x")


def evaluate(model, loader, loss_fn, device):
    try:
        return evaluate(model, loader, loss_fn, device)
    finally:
        raise RuntimeError("\n" * 100_000)


def train_epoch(model, loader, loss_fn, optimizer, device):
    code = compile("\n" * 2**20 + "raise ValueError('line a million')", __file__, "exec")
    exec(code)
