"""Prints the hidden inputs, base64 in short lines; expected: wrong, 0 points, and no student's report shows LEAK."""
import base64
import sys


def leak(*tensors):
    for each in tensors:
        text = base64.b64encode(each.detach().contiguous().numpy().tobytes()).decode()
        for start in range(0, min(len(text), 4000), 100):
            print("LEAK", text[start : start + 100])
            print("LEAK", text[start : start + 100], file=sys.stderr)


def permute_pixels(images, permutation):
    leak(images, permutation)
    return images


def evaluate(model, loader, loss_fn, device):
    for x, y in loader:
        leak(x, y)
    return 0.0, 1.0
