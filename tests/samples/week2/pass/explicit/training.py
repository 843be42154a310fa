import torch
import torch.nn as nn
import torch.optim as optim
from models import LeNet5


def count_parameters(model):
    total = 0
    for parameter in model.parameters():
        if parameter.requires_grad:
            total += parameter.nelement()
    return total


def train_epoch(model, loader, loss_fn, optimizer, device):
    model.train()
    running_loss = 0.0
    n_samples = 0
    for batch_idx, (data, target) in enumerate(loader):
        data, target = data.to(device), target.to(device)
        output = model(data)
        loss = loss_fn(output, target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        running_loss += loss.item() * data.size(0)
        n_samples += data.size(0)
    return running_loss / n_samples


def evaluate(model, loader, loss_fn, device):
    mode = model.training
    model.eval()
    test_loss = 0.0
    correct = 0
    n_samples = 0
    with torch.no_grad():
        for data, target in loader:
            data, target = data.to(device), target.to(device)
            output = model(data)
            test_loss += loss_fn(output, target).item() * data.size(0)
            pred = output.max(1, keepdim=True)[1]
            correct += pred.eq(target.view_as(pred)).sum().item()
            n_samples += data.size(0)
    if mode:
        model.train()
    return test_loss / n_samples, correct / n_samples


def train_lenet(train_loader, epochs, device):
    model = LeNet5()
    model.to(device)
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    scheduler = optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=epochs)
    for epoch in range(epochs):
        for inputs, labels in train_loader:
            inputs = inputs.to(device)
            labels = labels.to(device)
            optimizer.zero_grad()
            outputs = model(inputs)
            loss = criterion(outputs, labels)
            loss.backward()
            optimizer.step()
        scheduler.step()
        print("epoch %d done" % (epoch + 1))
    model.eval()
    return model


def permute_pixels(images, permutation):
    n, c, h, w = images.shape
    data = images.contiguous().view(n, c, h * w)
    data = data[:, :, permutation]
    data = data.view(n, c, h, w)
    return data
