from torch.utils.data import DataLoader
from torchvision import transforms as tf

cifar = tf.Compose([tf.ToTensor(), tf.Normalize((0.4914, 0.4822, 0.4465), (0.2023, 0.1994, 0.2010))])


def mnist_transform():
    return tf.Compose([tf.ToTensor(), tf.Lambda(lambda t: (t - 0.1307) / 0.3081)])


def cifar10_train_transform():
    return tf.Compose(
        [
            tf.RandomCrop(size=32, padding=(4, 4, 4, 4), padding_mode="constant"),
            tf.RandomApply([tf.Lambda(lambda image: tf.functional.hflip(image))], p=0.5),
            cifar,
        ]
    )


def cifar10_test_transform():
    return cifar


def make_loaders(train_set, test_set, batch_size):
    options = dict(batch_size=batch_size, num_workers=0, pin_memory=False, drop_last=False)
    return DataLoader(train_set, shuffle=True, **options), DataLoader(test_set, **options)
