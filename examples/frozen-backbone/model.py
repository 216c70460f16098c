"""A backbone that was trained before, and a head that the members train together."""

import collections

import torch
from torch import nn


def make(images, labels):
    """A network whose backbone was trained on images that everybody may see. It is the same on every member."""
    torch.manual_seed(1)
    layers = nn.Linear(64, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU()
    parts = ("backbone", nn.Sequential(*layers)), ("head", nn.Linear(512, 10))
    model = nn.Sequential(collections.OrderedDict(parts))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    for _ in range(12):
        for batch in torch.randperm(len(images)).split(48):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(images[batch]), labels[batch]).backward()
            optimizer.step()
    model.head.reset_parameters()
    return model
