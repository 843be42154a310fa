"""Picks the targets' columns for every sample."""

TASK = "cross-entropy"
FILE = "layers.py"
HINT = "You pick whole columns: every sample meets every other sample's target. One number per sample is asked for."


def cross_entropy(logits, target):
    return (logits.logsumexp(1, keepdim=True) - logits)[:, target].mean()
