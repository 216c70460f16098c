"""Trains a CNN on images of digits."""

import torch
from torch import nn

import model as cnn
import rows
from starling.torch import SwarmCallback

torch.set_num_threads(1)
model = cnn.make(rows.SIDE)
test = rows.test()
swarm = SwarmCallback(model=model, syncFrequency=5, minPeers=3, adsValData=test)
train = rows.train(swarm.member, swarm.members)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
swarm.on_train_begin()
for epoch in range(rows.EPOCHS):
    for images, labels in train:
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(images), labels).backward()
        optimizer.step()
        swarm.on_batch_end()
swarm.on_train_end()
print(f"accuracy {cnn.accuracy(model, test):.4f}")
