"""Trains a linear classifier on the 8 x 8 images of digits that come with scikit-learn; members have few digits each."""

import numpy
from sklearn.datasets import load_digits
from sklearn.linear_model import SGDClassifier

from starling.sklearn import SwarmCallback

images, digits = load_digits(return_X_y=True)
shuffled = numpy.random.default_rng(1).permutation(len(images))
images, digits = images[shuffled] / 16, digits[shuffled]
test, rest = slice(0, 360), slice(360, None)

model = SGDClassifier(loss="log_loss", learning_rate="constant", eta0=0.05, random_state=1)
model.partial_fit(images[:1], digits[:1], classes=range(10))
swarm = SwarmCallback(
    model=model, syncFrequency=5, minPeers=3, adsValData=(images[test], digits[test])
)

# Two shards of the rows, sorted by digit, are this member's.
order = numpy.argsort(digits[rest], kind="stable")
shards = numpy.array_split(order, 2 * swarm.members)
mine = numpy.concatenate([shards[swarm.member], shards[swarm.member + swarm.members]])
own_images, own_digits = images[rest][mine], digits[rest][mine]

shuffle = numpy.random.default_rng(2)
swarm.on_train_begin()
for epoch in range(25):
    for batch in numpy.array_split(shuffle.permutation(len(own_images)), len(own_images) // 32):
        model.partial_fit(own_images[batch], own_digits[batch])
        swarm.on_batch_end()
swarm.on_train_end()
print(f"accuracy {model.score(images[test], digits[test]):.4f}")
