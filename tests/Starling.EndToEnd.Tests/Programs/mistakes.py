"""Makes each mistake once, beside a real node, and tells what is raised. In between it trains as it should."""

import subprocess
import sys

import torch
from torch import nn

import starling
from starling.torch import SwarmCallback, save


def tell(case, act):
    try:
        act()
        print(f"{case}: nothing was raised", flush=True)
    except starling.SwarmError as mistake:
        print(f"{case}: {type(mistake).__name__}: {mistake}", flush=True)


def join(**parameters):
    given = {"model": nn.Linear(2, 2), "syncFrequency": 1, "minPeers": 2, **parameters}
    return SwarmCallback(**given)


def train():
    mistakes = {
        "wrong shape": {"model": nn.Linear(3, 2)},
        "minPeers": {"minPeers": 3},
        "unknown rule": {"mergeMethod": "median"},
        "another rule": {"mergeMethod": "krum"},
    }
    for case, parameters in mistakes.items():
        tell(case, lambda: join(**parameters))
    loss = torch.tensor(0.5)
    swarm = join(
        adsValData=[(torch.ones(1, 2), torch.zeros(1, 2))],
        lossFunction=lambda outputs, targets: loss,
    )
    subprocess.run([sys.executable, __file__, "--second"], check=True)
    tell("not begun", swarm.on_batch_end)
    swarm.on_train_begin()
    swarm.on_batch_end()
    loss.fill_(float("nan"))
    swarm.swarm._measured_at = 0.0  # Long ago, so that this sync measures.
    tell("NaN loss", swarm.on_batch_end)
    weight = swarm.model.weight
    swarm.model.weight = nn.Parameter(torch.ones(5, 2))
    swarm.swarm._evaluate = None
    tell("changed shape", swarm.on_batch_end)
    swarm.model.weight = weight
    while not swarm.stop_training:
        swarm.on_batch_end()
    swarm.on_train_end()
    tell("closed", swarm.on_batch_end)


if sys.argv[1] == "--save":
    save(nn.Linear(2, 2), sys.argv[2])
elif sys.argv[1] == "--second":
    tell("second program", join)
else:
    train()
