import torch
from models import LeNet5
from torch import nn


def count_parameters(model):
    return f"{sum(p.numel() for p in model.parameters() if p.requires_grad):,}"


def train_epoch(model, loader, loss_fn, optimizer, device):
    model.train()
    total = samples = 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = loss_fn(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
        samples += len(y)
    return total / samples


def evaluate(model, loader, loss_fn, device):
    was_training = model.training
    model.eval()
    total = correct = samples = 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            output = model(x)
            total += loss_fn(output, y).item() * len(y)
            correct += (output.argmax(dim=1) == y).sum().item()
            samples += len(y)
    model.train(was_training)


def train_lenet(train_loader, epochs, device):
    model = LeNet5().to(device)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.3)
    schedule = torch.optim.lr_scheduler.MultiStepLR(optimizer, milestones=[epochs - epochs // 3], gamma=0.1)
    for _ in range(epochs):
        train_epoch(model, train_loader, nn.CrossEntropyLoss(), optimizer, device)
        schedule.step()
    return model


def permute_pixels(images, permutation):
    return images.flatten(-2)[..., permutation]
