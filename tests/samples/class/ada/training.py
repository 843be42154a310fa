"""Week 2, training: the loop, the evaluation, and the experiment with permuted pixels.

A loader is any sized iterable of batches (x, y): x float32 (B, C, H, W), y int64 (B,). A `DataLoader` is one, a list of
pairs of tensors is another. The last batch may be smaller. `loss_fn(output, y)` returns the mean loss of a batch.
"""

from collections.abc import Callable, Iterable

import torch
from models import LeNet5
from torch import nn

Loader = Iterable[tuple[torch.Tensor, torch.Tensor]]
Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def count_parameters(model: nn.Module) -> int:
    """Return how many numbers training can change: the elements of all parameters that require a gradient."""
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def train_epoch(
    model: nn.Module, loader: Loader, loss_fn: Loss, optimizer: torch.optim.Optimizer, device: torch.device
) -> float:
    """Train `model` for one epoch, in train mode, one optimiser step per batch; the model is on `device` already.

    Returns the mean loss over the epoch's samples as a float: a batch of 10 counts twice as much as a batch of 5.
    """
    model.train()
    total, samples = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()  # backward adds to what is there
        loss = loss_fn(model(x), y)  # (B, 10) and (B,) -> ()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)  # the mean of the batch, times its size: the sum
        samples += len(y)
    return total / samples


def evaluate(model: nn.Module, loader: Loader, loss_fn: Loss, device: torch.device) -> tuple[float, float]:
    """Return (mean loss over samples, accuracy in [0, 1]) as floats; the model is on `device` already.

    Runs in eval mode and records no gradients. Leaves the model in the mode it was found in.
    """
    was_training = model.training
    model.eval()
    total, correct, samples = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            output = model(x)  # (B, 10)
            total += loss_fn(output, y).item() * len(y)
            correct += (output.argmax(dim=1) == y).sum().item()  # (B,) -> ()
            samples += len(y)
    model.train(was_training)
    return total / samples, correct / samples


def train_lenet(train_loader: Loader, epochs: int, device: torch.device) -> LeNet5:
    """Train a new `LeNet5` on `device` for `epochs` epochs and return it. Optimiser and learning rate are your choice.

    Three epochs of MNIST in batches of 128 have to reach 97 % on test images that training has not seen.
    """
    model = LeNet5().to(device)
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.3)
    # A large rate gets far quickly but ends wherever its last steps threw it; the last third at a tenth settles.
    schedule = torch.optim.lr_scheduler.MultiStepLR(optimizer, milestones=[epochs - epochs // 3], gamma=0.1)
    for _ in range(epochs):
        train_epoch(model, train_loader, loss_fn, optimizer, device)
        schedule.step()
    return model


def permute_pixels(images: torch.Tensor, permutation: torch.Tensor) -> torch.Tensor:
    """Reorder the H x W pixels of every image (and channel) by the same `permutation`; keeps the shape.

    `images` is (..., H, W), `permutation` int64 (H * W,). On the flattened pixels of an image,
    `out[..., i] = in[..., permutation[i]]`. `images` itself stays as it was.
    """
    pixels = images.flatten(-2)  # (..., H, W) -> (..., H * W)
    return pixels[..., permutation].reshape(images.shape)
