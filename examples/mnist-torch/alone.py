"""Trains a CNN on images of digits."""

import torch
from torch import nn

import model as cnn
import rows

torch.set_num_threads(1)
model = cnn.make(rows.SIDE)
test = rows.test()
train = rows.train()
optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
for epoch in range(rows.EPOCHS):
    for images, labels in train:
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(images), labels).backward()
        optimizer.step()
print(f"accuracy {cnn.accuracy(model, test):.4f}")
