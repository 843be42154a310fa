"""Returns sparse tensors: COO, CSR, uncoalesced, with indices out of range; expected: wrong, 0 points."""
import torch


def permute_pixels(images, permutation):
    return images.to_sparse()


def count_parameters(model):
    return torch.sparse_coo_tensor(torch.tensor([[0, 0, 99]]), torch.ones(3), (2,), check_invariants=False)


def evaluate(model, loader, loss_fn, device):
    matrix = torch.sparse_csr_tensor(torch.tensor([0, 10**6]), torch.tensor([7]), torch.ones(1), (1, 10**6),
                                     check_invariants=False)
    return matrix, matrix


def train_epoch(model, loader, loss_fn, optimizer, device):
    return torch.sparse_coo_tensor(torch.zeros(1, 0).long(), torch.zeros(0), (2**60,))
