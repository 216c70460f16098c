"""Syncs random weights of so many bytes, and tells how much memory it ever had, in copies of them."""

import re
import sys

import numpy

from starling.numpy import SwarmSession


def peak():
    with open("/proc/self/status") as status:
        return int(re.search(r"VmHWM:\s+(\d+)", status.read())[1]) * 1024


size, tensors = int(sys.argv[1]), 16
random = numpy.random.default_rng()
weights = {
    f"layer{place}": random.random(size // 4 // tensors, "float32") for place in range(tensors)
}


def load(merged):
    for name, array in weights.items():
        array[...] = merged[name]


if len(sys.argv) > 2:
    from starling import safetensors

    with open(sys.argv[2], "wb") as file:
        safetensors.write(file, weights)
else:
    swarm = SwarmSession(lambda: weights, load, sync_frequency=1, min_peers=3)
    swarm.on_train_begin()
    while not swarm.stop_training:
        swarm.on_batch_end()
    swarm.on_train_end()
    print(f"copies {peak() / size:.2f}")
