# week 2 homework
# everything is in this file, data.py and models.py import it

import torch
import torch.nn as nn
import torch.nn.functional as F
import torchvision
import torchvision.transforms as transforms
from torch.autograd import Variable
from torch.utils.data import DataLoader


def mnist_transform():
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.1307,), (0.3081,))])
    return transform


def cifar10_train_transform():
    transform_train = transforms.Compose([
        transforms.RandomCrop(32, padding=4),
        transforms.RandomHorizontalFlip(),
        transforms.ToTensor(),
        transforms.Normalize((0.4914, 0.4822, 0.4465), (0.2023, 0.1994, 0.2010))])
    return transform_train


def cifar10_test_transform():
    transform_test = transforms.Compose([
        transforms.ToTensor(),
        transforms.Normalize((0.4914, 0.4822, 0.4465), (0.2023, 0.1994, 0.2010))])
    return transform_test


def make_loaders(train_set, test_set, batch_size):
    trainloader = torch.utils.data.DataLoader(train_set, batch_size=batch_size, shuffle=True)
    testloader = torch.utils.data.DataLoader(test_set, batch_size=batch_size, shuffle=False)
    return (trainloader, testloader)


# ---------------- models ----------------

class FullyConnected(nn.Module):
    def __init__(self, input_size=784, hidden_size=8, output_size=10):
        super(FullyConnected, self).__init__()
        self.input_size = input_size
        self.network = nn.Sequential(
            nn.Linear(input_size, hidden_size),
            nn.ReLU(),
            nn.Linear(hidden_size, hidden_size),
            nn.ReLU(),
            nn.Linear(hidden_size, output_size),
            nn.LogSoftmax(dim=1)
        )

    def forward(self, x):
        x = x.contiguous().view(-1, self.input_size)
        return self.network(x)


class SmallCNN(nn.Module):
    def __init__(self, feature_maps=6):
        super(SmallCNN, self).__init__()
        n_feature = feature_maps
        self.n_feature = n_feature
        self.conv1 = nn.Conv2d(in_channels=1, out_channels=n_feature, kernel_size=5)
        self.conv2 = nn.Conv2d(n_feature, n_feature, kernel_size=5)
        self.fc1 = nn.Linear(n_feature*4*4, 50)
        self.fc2 = nn.Linear(50, 10)
        self.unused = None

    def forward(self, x, verbose=False):
        x = self.conv1(x)
        if verbose: print(x.shape)
        x = F.relu(x)
        x = F.max_pool2d(x, kernel_size=2)
        x = self.conv2(x)
        x = F.relu(x)
        x = F.max_pool2d(x, kernel_size=2)
        x = x.view(-1, self.n_feature*4*4)
        x = self.fc1(x)
        x = F.relu(x)
        x = self.fc2(x)
        x = F.log_softmax(x, dim=1)
        return x


class LeNet5(nn.Module):
    def __init__(self):
        super(LeNet5, self).__init__()
        self.conv = nn.Sequential(
            nn.Conv2d(1, 6, kernel_size=5, padding=2),
            nn.Tanh(),
            nn.AvgPool2d(kernel_size=2, stride=2),
            nn.Conv2d(6, 16, kernel_size=5),
            nn.Tanh(),
            nn.AvgPool2d(kernel_size=2, stride=2)
        )
        self.conv5 = nn.Conv2d(16, 120, kernel_size=5)
        self.fc = nn.Sequential(
            nn.Linear(120, 84),
            nn.Tanh(),
            nn.Linear(84, 10)
        )

    def forward(self, img):
        feature = self.conv(img)
        feature = F.tanh(self.conv5(feature))
        output = self.fc(feature.view(img.shape[0], -1))
        return output


class CifarNet(nn.Module):
    def __init__(self):
        super(CifarNet, self).__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.pool1 = nn.MaxPool2d(2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.pool2 = nn.MaxPool2d(2)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def num_flat_features(self, x):
        size = x.size()[1:]
        num_features = 1
        for s in size:
            num_features = num_features * s
        return num_features

    def forward(self, x):
        x = self.pool1(F.relu(self.conv1(x)))
        x = self.pool2(F.relu(self.conv2(x)))
        x = x.view(-1, self.num_flat_features(x))
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        x = self.fc3(x)
        return x


class VGG(nn.Module):
    def __init__(self):
        super(VGG, self).__init__()
        self.cfg = [64, 'M', 128, 'M', 256, 256, 'M', 512, 512, 'M', 512, 512, 'M']
        self.features = self._make_layers(self.cfg)
        self.classifier = nn.Linear(512, 10)

    def forward(self, x):
        out = self.features(x)
        out = out.view(out.size(0), -1)
        out = self.classifier(out)
        return out

    def _make_layers(self, cfg):
        layers = []
        in_channels = 3
        for x in cfg:
            if x == 'M':
                layers += [nn.MaxPool2d(kernel_size=2, stride=2)]
            else:
                layers += [nn.Conv2d(in_channels, x, kernel_size=3, padding=1),
                           nn.BatchNorm2d(x),
                           nn.ReLU(inplace=True)]
                in_channels = x
        layers += [nn.AvgPool2d(kernel_size=1, stride=1)]
        return nn.Sequential(*layers)


# ---------------- training ----------------

def count_parameters(model):
    np = 0
    for p in list(model.parameters()):
        if p.requires_grad == True:
            n = 1
            for s in p.size():
                n = n * s
            np += n
    return np


def train_epoch(model, loader, loss_fn, optimizer, device):
    model.train()
    total_loss = 0
    total = 0
    for i, data in enumerate(loader, 0):
        inputs, labels = data
        inputs, labels = Variable(inputs.to(device)), Variable(labels.to(device))
        optimizer.zero_grad()
        outputs = model(inputs)
        loss = loss_fn(outputs, labels)
        loss.backward()
        optimizer.step()
        total_loss += loss.data.item() * len(labels)
        total += len(labels)
        if i % 100 == 99:
            print('[%5d] loss: %.3f' % (i + 1, total_loss / total))
    return total_loss / total


def evaluate(model, loader, loss_fn, device):
    if model.training:
        model.eval()
        result = evaluate(model, loader, loss_fn, device)
        model.train()
        return result
    correct = 0
    total = 0
    total_loss = 0
    with torch.no_grad():
        for data in loader:
            images, labels = data
            images, labels = images.to(device), labels.to(device)
            outputs = model(images)
            _, predicted = torch.max(outputs.data, 1)
            for k in range(len(labels)):
                if predicted[k].item() == labels[k].item():
                    correct += 1
            total_loss += loss_fn(outputs, labels).item() * len(labels)
            total += labels.size(0)
    return total_loss / total, correct / total


def train_lenet(train_loader, epochs, device):
    net = LeNet5()
    net = net.to(device)
    loss = nn.CrossEntropyLoss()
    lr = 0.4
    for epoch in range(epochs):
        if epoch == epochs - 1:
            lr = 0.04
        optimizer = torch.optim.SGD(net.parameters(), lr=lr)
        l = train_epoch(net, train_loader, loss, optimizer, device)
        print('epoch', epoch, 'loss', l)
    return net


def permute_pixels(images, permutation):
    result = torch.zeros_like(images)
    for i in range(images.shape[0]):
        for c in range(images.shape[1]):
            flat = images[i, c].reshape(-1)
            result[i, c] = flat[permutation].reshape(images.shape[2], images.shape[3])
    return result


if __name__ == '__main__':
    print(count_parameters(LeNet5()))
