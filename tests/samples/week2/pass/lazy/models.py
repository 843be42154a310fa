import torch.nn as nn
import torch.nn.functional as F


class FullyConnected(nn.Module):
    def __init__(self, input_size=784, hidden_size=8, output_size=10):
        super().__init__()
        self.layers = nn.Sequential(nn.Flatten())
        for size in (hidden_size, hidden_size, output_size):
            self.layers.append(nn.LazyLinear(size))
            self.layers.append(nn.ReLU())
        self.layers[-1] = nn.LogSoftmax(1)

    def forward(self, x):
        return self.layers(x)


class SmallCNN(nn.Module):
    def __init__(self, feature_maps=6):
        super().__init__()
        self.a = nn.LazyConv2d(feature_maps, 5)
        self.b = nn.LazyConv2d(feature_maps, 5)
        self.c = nn.LazyLinear(50)
        self.d = nn.LazyLinear(10)

    def forward(self, x):
        x = F.max_pool2d(self.a(x).relu(), 2)
        x = F.max_pool2d(self.b(x).relu(), 2)
        x = self.c(x.flatten(1)).relu()
        return F.log_softmax(self.d(x), 1)


class LeNet5(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            nn.ZeroPad2d(2),
            nn.LazyConv2d(6, 5),
            nn.Tanh(),
            nn.AvgPool2d(2),
            nn.LazyConv2d(16, 5),
            nn.Tanh(),
            nn.AvgPool2d(2),
            nn.LazyConv2d(120, 5),
            nn.Tanh(),
            nn.Flatten(),
            nn.LazyLinear(84),
            nn.Tanh(),
            nn.LazyLinear(10),
        )

    def forward(self, x):
        return self.net(x)


class CifarNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.LazyConv2d(6, 5), nn.LazyConv2d(16, 5)
        self.fc1, self.fc2, self.fc3 = nn.LazyLinear(120), nn.LazyLinear(84), nn.LazyLinear(10)

    def forward(self, x):
        for conv in (self.conv1, self.conv2):
            x = F.max_pool2d(F.relu(conv(x)), 2)
        x = F.relu(self.fc1(x.flatten(1)))
        return self.fc3(F.relu(self.fc2(x)))


class VGG(nn.Module):
    def __init__(self):
        super().__init__()
        blocks = []
        for group in "64 | 128 | 256 256 | 512 512 | 512 512".split("|"):
            for n in group.split():
                blocks += [nn.LazyConv2d(int(n), 3, padding="same", bias=False), nn.LazyBatchNorm2d(), nn.ReLU()]
            blocks.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*blocks, nn.Flatten())
        self.classifier = nn.LazyLinear(10)

    def forward(self, x):
        return self.classifier(self.features(x))
