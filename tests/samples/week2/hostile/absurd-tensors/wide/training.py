"""Returns ten million values, a dict of a million keys, and lists that double 40 times; expected: wrong, memory or timeout, 0 points."""


def count_parameters(model):
    return [0] * 10_000_000


def permute_pixels(images, permutation):
    doubling = [0]
    for _ in range(28):  # 2^28 values once it is written out
        doubling = [doubling, doubling]
    return doubling


def evaluate(model, loader, loss_fn, device):
    return dict.fromkeys(map(str, range(1_000_000)), 0.0)


def train_epoch(model, loader, loss_fn, optimizer, device):
    return "x" * 300_000_000
