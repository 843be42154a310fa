"""Nets and tensors whose __class__ claims to be nn.Module or Tensor; expected: crash or wrong, 0 points."""
import torch
from torch import nn


class Fake:
    __class__ = property(lambda self: nn.Module)

    def __init__(self, *_args, **_kwargs):
        pass

    def __call__(self, x):
        return Result()

    to = train = eval = lambda self, *_args: self
    parameters = modules = named_parameters = named_buffers = children = lambda self, *_args, **_kwargs: iter(())


class Result:
    __class__ = property(lambda self: torch.Tensor)
    dtype, layout, device, is_nested, shape = torch.float32, torch.strided, torch.device("cpu"), False, torch.Size([1])
    requires_grad = False
    is_floating_point = lambda self: True


FullyConnected = SmallCNN = LeNet5 = CifarNet = VGG = Fake
