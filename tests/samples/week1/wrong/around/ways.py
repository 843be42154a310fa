import threading

import torch


class Rectified(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        found = []
        thread = threading.Thread(target=lambda: found.append(torch.relu(x.detach())))
        thread.start()
        thread.join()
        ctx.save_for_backward(found[0])
        return found[0]

    @staticmethod
    def backward(ctx, g):
        return g * (ctx.saved_tensors[0] > 0)


def swapped(_function):
    return lambda *args, **kwargs: torch.conv2d(*args, **kwargs)
