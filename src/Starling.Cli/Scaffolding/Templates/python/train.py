"""Trains a small network on the rows that columns.json describes: alone, or as a member of a swarm."""

import os

import numpy

import rows
from starling.numpy import Measured, SwarmSession

# The experiment says both: how often this program goes over its rows, and after how many batches models are merged.
EPOCHS = int(os.environ.get("EPOCHS", 20))
SYNC = int(os.environ.get("SYNC", 5))
HIDDEN, BATCH, STEP = 16, 32, 0.1

# The model, drawn alike by every member: one hidden layer. In PyTorch a torch.nn.Module takes its place, a loss and an
# optimizer that of learn(), and starling.torch.SwarmCallback(model=model, syncFrequency=SYNC, minPeers=2) that of SwarmSession.
draw = numpy.random.default_rng(1)
weights = {
    "hidden.weight": draw.normal(0, rows.FEATURES**-0.5, (rows.FEATURES, HIDDEN)).astype("f4"),
    "hidden.bias": numpy.zeros(HIDDEN, "f4"),
    "output.weight": draw.normal(0, HIDDEN**-0.5, (HIDDEN, len(rows.CLASSES))).astype("f4"),
    "output.bias": numpy.zeros(len(rows.CLASSES), "f4"),
}


def forward(features):
    """What the hidden layer gives, and the probability of each class."""
    hidden = numpy.maximum(features @ weights["hidden.weight"] + weights["hidden.bias"], 0)
    scores = hidden @ weights["output.weight"] + weights["output.bias"]
    shares = numpy.exp(scores - scores.max(1, keepdims=True))
    return hidden, shares / shares.sum(1, keepdims=True)


def learn(features, labels):
    """A step down the slope of the mean cross-entropy of a batch."""
    hidden, slope = forward(features)
    slope[numpy.arange(len(labels)), labels] -= 1
    slope /= len(labels)
    back = (slope @ weights["output.weight"].T) * (hidden > 0)
    weights["output.weight"] -= STEP * hidden.T @ slope
    weights["output.bias"] -= STEP * slope.sum(0)
    weights["hidden.weight"] -= STEP * features.T @ back
    weights["hidden.bias"] -= STEP * back.sum(0)


def evaluate():
    """How good the model is on the rows that nobody trains with."""
    features, labels = test
    shares = forward(features)[1]
    loss = -numpy.log(shares[numpy.arange(len(labels)), labels] + 1e-9).mean()
    return Measured(float(loss), float((shares.argmax(1) == labels).mean()), len(labels))


def take(merged):
    """Puts merged weights in the place of the model's own."""
    for name in weights:
        weights[name][...] = merged[name]


swarm = SwarmSession(lambda: weights, take, evaluate, sync_frequency=SYNC, min_peers=2)
(features, labels), test = rows.load(swarm.member, swarm.members)
shuffle = numpy.random.default_rng(swarm.member)
swarm.on_train_begin()
for epoch in range(EPOCHS):
    order = shuffle.permutation(len(labels))
    for batch in numpy.array_split(order, max(1, len(order) // BATCH)):
        learn(features[batch], labels[batch])
        swarm.on_batch_end()
    swarm.on_epoch_end()
    if swarm.stop_training:
        break
swarm.on_train_end()
print(f"accuracy {evaluate().metric:.4f}")
