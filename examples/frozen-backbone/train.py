"""Trains the head of a network whose backbone stays as it is: a fiftieth of the model is exchanged, and the rest never leaves.

EXCHANGE=all trains and exchanges all of it, to compare.
"""

import os

import numpy
import torch
from sklearn.datasets import load_digits
from torch import nn

import model as pretrained
from starling.torch import SwarmCallback

torch.set_num_threads(1)
images, digits = load_digits(return_X_y=True)
shuffled = numpy.random.default_rng(1).permutation(len(images))
images = torch.from_numpy(images[shuffled].astype("float32") / 16)
digits = torch.from_numpy(digits[shuffled])
public, test, private = slice(0, 720), slice(720, 1080), slice(1080, None)

model = pretrained.make(images[public], digits[public])
everything = os.environ.get("EXCHANGE") == "all"
model.backbone.requires_grad_(everything)
swarm = SwarmCallback(
    model=model,
    syncFrequency=5,
    minPeers=3,
    exchange=["*"] if everything else ["head.*"],
    adsValData=[(images[test], digits[test])],
)

# Two shards of the private rows, sorted by digit, are this member's.
order = numpy.argsort(digits[private].numpy(), kind="stable")
shards = numpy.array_split(order, 2 * swarm.members)
mine = numpy.concatenate([shards[swarm.member], shards[swarm.member + swarm.members]])
own_images, own_digits = images[private][mine], digits[private][mine]

optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
shuffle = torch.Generator().manual_seed(2)
swarm.on_train_begin()
for epoch in range(25):
    for batch in torch.randperm(len(own_images), generator=shuffle).split(32):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(own_images[batch]), own_digits[batch]).backward()
        optimizer.step()
        swarm.on_batch_end()
swarm.on_train_end()
