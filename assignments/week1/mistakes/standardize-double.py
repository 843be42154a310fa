"""Returns float64."""

import torch

TASK = "standardize"
FILE = "tensors.py"
HINT = "The numbers are right, but they are float64: twice the memory, and no net takes them. Float32 is asked for."


def standardize(images, mean, std):
    mean, std = (torch.as_tensor(value, dtype=torch.float64).reshape(-1, 1, 1) for value in (mean, std))
    return (images.double() / 255 - mean) / std
