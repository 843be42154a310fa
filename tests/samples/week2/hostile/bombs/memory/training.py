"""Takes and touches memory without end; expected: memory, crash, wrong or timeout, 0 points. Guard: 4 GB."""
import torch


def count_parameters(model):
    blocks = []
    for _ in range(64):
        blocks.append(bytearray(b"x") * (64 * 2**20))
    return len(blocks)


def permute_pixels(images, permutation):
    return len([torch.ones(2**24) for _ in range(64)])


def evaluate(model, loader, loss_fn, device):
    kept = []
    try:
        while len(kept) < 64:
            kept.append(bytearray(b"x") * (64 * 2**20))
    except MemoryError:
        return evaluate(model, loader, loss_fn, device)  # and again, with all that it holds
    return 0.0, 1.0
