"""A small CNN, and how it is measured."""

import torch
from torch import nn


def make(side):
    """A network for square images of this many pixels a side. All members begin with the same one."""
    torch.manual_seed(1)
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(32 * (side // 4) ** 2, 10),
    )


def accuracy(model, test):
    """The share of rows whose digit is recognised."""
    model.eval()
    with torch.no_grad():
        right = sum(int((model(x).argmax(1) == y).sum()) for x, y in test)
    model.train()
    return right / len(test.dataset)
