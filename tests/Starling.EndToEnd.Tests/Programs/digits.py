"""Trains a small network on 8 x 8 images of digits, of which each member has few kinds, until the swarm has trained enough.

Its argument is the file of the images. With --save it only writes the contract's model.
"""

import gzip
import sys

import numpy
import torch
from torch import nn

from starling.torch import SwarmCallback, save

SHARDS = 2

torch.set_num_threads(1)
torch.manual_seed(1)
model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
if sys.argv[1] == "--save":
    save(model, sys.argv[2])
    sys.exit()
with gzip.open(sys.argv[1], "rt") as lines:
    table = numpy.loadtxt(lines, delimiter=",", dtype="float32")
table = table[numpy.random.default_rng(1).permutation(len(table))]
images, labels = torch.from_numpy(table[:, :64] / 16), torch.from_numpy(table[:, 64].astype("i8"))
cut = len(table) // 5
swarm = SwarmCallback(model=model, syncFrequency=5, minPeers=3)
order = labels[cut:].argsort()
shards = numpy.array_split(order.numpy() + cut, SHARDS * swarm.members)
mine = numpy.concatenate([shards[swarm.member + swarm.members * i] for i in range(SHARDS)])
optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
swarm.on_train_begin()
while not swarm.stop_training:
    for batch in torch.randperm(len(mine)).split(32):
        rows = mine[batch.numpy()]
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(images[rows]), labels[rows]).backward()
        optimizer.step()
        swarm.on_batch_end()
swarm.on_train_end()
with torch.no_grad():
    right = (model(images[:cut]).argmax(1) == labels[:cut]).float().mean()
print(f"accuracy {right:.4f}")
