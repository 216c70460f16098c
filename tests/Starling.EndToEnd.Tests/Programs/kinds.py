"""Tells kinds of points apart, of which each member has its own alone. In its middle it waits until a program does the same in another session, and tries that one's token.

Its arguments are how many kinds there are, how far their points scatter, a folder for notes, and the other contract. With --save or --measure in place of the folder it writes a
contract's model, or measures one.
"""

import json
import os
import pathlib
import sys
import time

import numpy

import starling
from starling import safetensors
from starling.numpy import Measured, SwarmSession
from starling.session import SOCKET_VARIABLE, TOKEN_VARIABLE, Session

KINDS, SCATTER = int(sys.argv[1]), float(sys.argv[2])
ROWS, MIDDLE = 1200, 6

random = numpy.random.default_rng(1)
labels = numpy.arange(2 * ROWS) % KINDS
points = 4 * numpy.eye(KINDS)[labels] + SCATTER * random.normal(size=(2 * ROWS, KINDS))
weights = {"weight": numpy.zeros((KINDS, KINDS), "float32")}


def measure():
    scores = points[ROWS:] @ weights["weight"]
    truth = labels[ROWS:]
    tops = scores.max(1, keepdims=True)
    losses = numpy.log(numpy.exp(scores - tops).sum(1)) + tops[:, 0] - scores[range(ROWS), truth]
    return Measured(losses.mean(), (scores.argmax(1) == truth).mean(), ROWS)


def train(rows):
    inputs, truth = points[rows], labels[rows]
    scores = inputs @ weights["weight"]
    shares = numpy.exp(scores - scores.max(1, keepdims=True))
    shares /= shares.sum(1, keepdims=True)
    weights["weight"] -= 0.02 * inputs.T @ (shares - numpy.eye(KINDS)[truth]) / len(rows)


def await_file(path):
    while not path.exists():
        time.sleep(0.05)
    return path


def meet(folder, other):
    """Shows what this session is opened with, and tries it on the other session, which does the same."""
    mine = [os.environ[SOCKET_VARIABLE], os.environ[TOKEN_VARIABLE]]
    note = folder / f"{swarm.contract}-{swarm.member}"
    note.with_suffix(".new").write_text(json.dumps(mine))
    note.with_suffix(".new").rename(note)
    theirs = json.loads(await_file(folder / f"{other}-{swarm.member}").read_text())
    for socket, token in ((mine[0], theirs[1]), (theirs[0], mine[1])):
        try:
            Session(socket, token).open(weights, "stranger")
            print("another session's token was taken")
        except starling.SwarmError as refused:
            print(f"refused: {refused}")
    await_file(folder / "go")


if sys.argv[3] == "--save":
    with open(sys.argv[4], "wb") as file:
        safetensors.write(file, weights)
    sys.exit()
if sys.argv[3] == "--measure":
    with open(sys.argv[4], "rb") as file:
        safetensors.read_into(file, os.path.getsize(sys.argv[4]), weights)
    print(f"accuracy {measure().metric:.4f}")
    sys.exit()
swarm = SwarmSession(
    get=lambda: weights,
    set=lambda merged: weights["weight"].__setitem__(..., merged["weight"]),
    evaluate=measure,
    sync_frequency=5,
    min_peers=2,
)
own = numpy.flatnonzero(labels[:ROWS] % swarm.members == swarm.member)
swarm.on_train_begin()
met = False
while not swarm.stop_training:
    if swarm.merges == MIDDLE and not met:
        met = True
        meet(pathlib.Path(sys.argv[3]), sys.argv[4])
    train(random.choice(own, 64))
    swarm.on_batch_end()
swarm.on_train_end()
print(f"accuracy {measure().metric:.4f}")
