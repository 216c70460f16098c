"""Trains a logistic regression that finds rare cases: a thousandth of most members' rows, half of the last one's."""

import numpy
from sklearn.datasets import make_classification
from sklearn.linear_model import SGDClassifier

from starling.sklearn import SwarmCallback

LARGE, SMALL = 6006, 24

# 20 measurements a row, of which ten matter.
rows, isCase = make_classification(
    40_000, n_features=20, n_informative=10, n_redundant=0, flip_y=0.01, random_state=1
)
cases, others = rows[isCase == 1], rows[isCase == 0]
test = (
    numpy.concatenate([cases[-2000:], others[-2000:]]),
    numpy.repeat([1, 0], 2000),
)

model = SGDClassifier(loss="log_loss", learning_rate="constant", eta0=0.01, random_state=1)
model.partial_fit(rows[:1], isCase[:1], classes=[0, 1])
swarm = SwarmCallback(model=model, syncFrequency=10, minPeers=2, nodeWeightage=1, adsValData=test)


def of(member, members):
    """A member's cases and others: all of them have most of the others, and one half of the cases that there are."""
    isLast = member == members - 1
    count = SMALL // 2 if isLast else LARGE // 1001
    many = SMALL // 2 if isLast else LARGE - count
    return (
        cases[member * LARGE : member * LARGE + count],
        others[member * LARGE : member * LARGE + many],
    )


if swarm.members == 1:  # All rows in one place: those of three members.
    found = [of(member, 3) for member in range(3)]
    own = [numpy.concatenate(part) for part in zip(*found)]
else:
    own = of(swarm.member, swarm.members)
features = numpy.concatenate(own)
labels = numpy.repeat([1, 0], [len(part) for part in own])
print(f"{len(own[0])} cases and {len(own[1])} others")

shuffle = numpy.random.default_rng(2)
swarm.on_train_begin()
for batch in range(600):
    chosen = shuffle.integers(len(features), size=32)
    model.partial_fit(features[chosen], labels[chosen])
    swarm.on_batch_end()
swarm.on_train_end()
