"""Forks and lets both processes return to the worker, so that two answer; expected: wrong, 0 points, one question one answer."""
import os

import torch


def count_parameters(model):
    return 689 if os.fork() == 0 else 1


def permute_pixels(images, permutation):
    return torch.zeros_like(images) if os.fork() else images


def evaluate(model, loader, loss_fn, device):
    os.fork()
    return 0.0, 1.0
