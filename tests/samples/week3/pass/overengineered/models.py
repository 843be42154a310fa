from __future__ import annotations

from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint


@dataclass(frozen=True)
class ConvSpec:
    channels: int
    kernel: int
    stride: int = 1
    padding: int = 0

    def build(self, inputs: int, activation: type[nn.Module] = nn.ReLU) -> Iterator[tuple[str, nn.Module]]:
        yield "conv", nn.Conv2d(inputs, self.channels, self.kernel, self.stride, self.padding)
        yield "act", activation()


@dataclass(frozen=True)
class PoolSpec:
    kernel: int
    stride: int

    def build(self) -> nn.Module:
        return nn.MaxPool2d(self.kernel, self.stride)


@dataclass
class Builder:
    channels: int
    modules: OrderedDict[str, nn.Module] = field(default_factory=OrderedDict)

    def conv(self, *specs: ConvSpec) -> Builder:
        for spec in specs:
            for role, module in spec.build(self.channels):
                self.modules[f"{role}{len(self.modules)}"] = module
            self.channels = spec.channels
        return self

    def pool(self, spec: PoolSpec) -> Builder:
        self.modules[f"pool{len(self.modules)}"] = spec.build()
        return self

    def done(self) -> nn.Sequential:
        return nn.Sequential(self.modules)


def vgg_block(num_convs: int, in_channels: int, out_channels: int, *, kernel: int = 3) -> nn.Sequential:
    spec = ConvSpec(out_channels, kernel, padding=kernel // 2)
    return Builder(in_channels).conv(*[spec] * num_convs).pool(PoolSpec(2, 2)).done()


def nin_block(in_channels: int, out_channels: int, kernel_size: int, stride: int, padding: int) -> nn.Sequential:
    point = ConvSpec(out_channels, 1)
    return Builder(in_channels).conv(ConvSpec(out_channels, kernel_size, stride, padding), point, point).done()


class _GlobalAveragePool(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        ctx.shape = x.shape
        return x.double().mean(dim=(2, 3)).to(x.dtype)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> Tensor:
        *_, h, w = ctx.shape
        return (grad / (h * w))[..., None, None].expand(ctx.shape)


def global_average_pool(x: Tensor) -> Tensor:
    return _GlobalAveragePool.apply(x)


class ImageClassifier(nn.Module, ABC):
    image_size = 224

    def __init__(self, in_channels: int = 1, num_classes: int = 10, *, dropout: float = 0.5, verbose: bool = False):
        super().__init__()
        if in_channels < 1 or num_classes < 1:
            raise ValueError("in_channels and num_classes must be positive")
        self.num_classes, self.rate, self.verbose = num_classes, dropout, verbose
        self.register_buffer("mean_pixel", torch.zeros(in_channels, 1, 1), persistent=False)
        self.body = self.make_body(in_channels)
        self.head = self.make_head()
        self.reset_parameters()

    @abstractmethod
    def make_body(self, in_channels: int) -> nn.Sequential: ...

    @abstractmethod
    def make_head(self) -> nn.Module: ...

    def reset_parameters(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d | nn.Linear):
                nn.init.xavier_uniform_(module.weight)
                nn.init.zeros_(module.bias)

    def forward(self, x: Tensor) -> Tensor:
        assert x.shape[-2:] == (self.image_size, self.image_size), "images must be 224x224"
        x = x - self.mean_pixel
        if self.training and torch.is_grad_enabled():
            x = checkpoint(self.body, x, use_reentrant=False)
        else:
            x = self.body(x)
        return self.head(x)


class _DenseClassifier(ImageClassifier):
    features: int

    def make_head(self) -> nn.Module:
        hidden = partial(nn.Linear, out_features=4096)
        layers = OrderedDict[str, nn.Module](flatten=nn.Flatten())
        for index, inputs in enumerate((self.features, 4096)):
            layers[f"fc{index}"] = hidden(inputs)
            layers[f"act{index}"] = nn.ReLU()
            layers[f"drop{index}"] = nn.Dropout(self.rate)
        layers["logits"] = nn.Linear(4096, self.num_classes)
        return nn.Sequential(layers)


class AlexNet(_DenseClassifier):
    features = 256 * 5 * 5

    def make_body(self, in_channels: int) -> nn.Sequential:
        pool = PoolSpec(3, 2)
        three = partial(ConvSpec, kernel=3, padding=1)
        builder = Builder(in_channels).conv(ConvSpec(96, 11, 4, 1)).pool(pool).conv(ConvSpec(256, 5, 1, 2)).pool(pool)
        return builder.conv(three(384), three(384), three(256)).pool(pool).done()


class VGG11(_DenseClassifier):
    features = 512 * 7 * 7
    plan = ((1, 64), (1, 128), (2, 256), (2, 512), (2, 512))

    def make_body(self, in_channels: int) -> nn.Sequential:
        blocks = []
        for num_convs, out_channels in self.plan:
            blocks.append(vgg_block(num_convs, in_channels, out_channels))
            in_channels = out_channels
        return nn.Sequential(*blocks)


class _Mean(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return global_average_pool(x)


class NiN(ImageClassifier):
    def make_body(self, in_channels: int) -> nn.Sequential:
        stages = []
        for out_channels, kernel, stride, padding in ((96, 11, 4, 0), (256, 5, 1, 2), (384, 3, 1, 1)):
            stages += [nin_block(in_channels, out_channels, kernel, stride, padding), nn.MaxPool2d(3, 2)]
            in_channels = out_channels
        return nn.Sequential(*stages)

    def make_head(self) -> nn.Module:
        return nn.Sequential(nn.Dropout(self.rate), nin_block(384, self.num_classes, 3, 1, 1), _Mean())
