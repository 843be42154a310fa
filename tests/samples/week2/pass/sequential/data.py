import torchvision.transforms as T
from torch.utils.data import DataLoader

CIFAR_MEAN = (0.4914, 0.4822, 0.4465)
CIFAR_STD = (0.2023, 0.1994, 0.2010)


def mnist_transform():
    return T.Compose([T.ToTensor(), T.Normalize(mean=[0.1307], std=[0.3081])])


def cifar10_train_transform():
    augment = [T.RandomHorizontalFlip(p=0.5), T.RandomCrop((32, 32), padding=4)]
    return T.Compose(augment + cifar10_test_transform().transforms)


def cifar10_test_transform():
    return T.Compose([T.ToTensor(), T.Normalize(CIFAR_MEAN, CIFAR_STD)])


def make_loaders(train_set, test_set, batch_size):
    return tuple(DataLoader(s, batch_size, shuffle=s is train_set) for s in (train_set, test_set))
