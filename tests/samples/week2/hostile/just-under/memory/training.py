"""Holds 1.7 of the 2 GB over all calls, in one block; expected: wrong or memory, 0 points, neighbours unhurt."""
kept = []


def count_parameters(model):
    if not kept:
        kept.append(bytearray(b"x") * (1700 * 2**20))
    return len(kept)


def permute_pixels(images, permutation):
    kept.append(bytearray(b"x") * (200 * 2**20))
    return images
