"""Counts its batches: each adds one to every weight. It notes with how many it begins, and with how many it ends."""

import pathlib
import sys

import numpy

from starling.numpy import SwarmSession

weights = {"weight": numpy.zeros(4, "float32")}
swarm = SwarmSession(
    get=lambda: weights,
    set=lambda merged: weights["weight"].__setitem__(..., merged["weight"]),
    sync_frequency=2,
    min_peers=2,
)
path = pathlib.Path(sys.argv[1]) / f"counted-{swarm.member}"


def note(what):
    with open(path, "a") as file:
        file.write(f"{what} {weights['weight'].min():.0f} {weights['weight'].max():.0f}\n")


swarm.on_train_begin()
note("begins")
while not swarm.stop_training:
    weights["weight"] += 1
    swarm.on_batch_end()
swarm.on_train_end()
note("ends")
