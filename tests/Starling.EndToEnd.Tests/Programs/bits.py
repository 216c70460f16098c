"""Trains, if it can be called that, a model of many element types, and writes down what it hands over and what it gets.

A file a sync in the folder that it is given, a line a tensor: name, type, and the bytes in hexadecimal. With --save it only writes the contract's model.
"""

import os
import pathlib
import re
import sys

import torch
from torch import nn

import starling.torch

ROUNDS, INTERVAL = 5, 2
WEIGHTS = [3, 70_000, 999_999]

#: The ends of each type, and what rounds badly. All members hand these over in the last round.
EXTREMES = {
    torch.float32: [-0.0, 1e-45, -1.1754944e-38, 3.4028235e38, -3.4028235e38, 1 / 3, 1 + 2**-23],
    torch.float16: [-0.0, 6e-8, -6.1e-5, 65504.0, -65504.0, 1 / 3, 1 + 2**-10],
    torch.bfloat16: [-0.0, 1e-40, -1.1754944e-38, 3.3895314e38, -3.3895314e38, 1 / 3, 1 + 2**-7],
}


class Mixed(nn.Module):
    """Batch-norm, tied weights, two kinds of 16 bits, doubles, and buffers of integers and truth values."""

    def __init__(self, member: int) -> None:
        super().__init__()
        torch.manual_seed(member)
        self.first, self.second = nn.Linear(7, 7), nn.Linear(7, 7)
        self.second.weight = self.first.weight
        self.norm = nn.BatchNorm1d(7)
        self.sixteen = nn.Parameter(torch.randn(50).half())
        self.brain = nn.Parameter(torch.randn(5, 10).bfloat16())
        self.wide = nn.Parameter(torch.randn(9, dtype=torch.float64))
        self.across = nn.Parameter(torch.randn(3, 6).t())
        self.register_buffer("steps", torch.tensor([5 + member]))
        self.register_buffer("mask", torch.tensor([True, member == 1]))
        with torch.no_grad():
            for tensor in floats(self):  # Batch-norm's own beginnings would be the same everywhere.
                tensor.copy_(tensor.float() + torch.rand(tensor.shape))

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        return self.second(self.norm(self.first(rows)))


def floats(model: nn.Module) -> list:
    return [tensor for tensor in model.state_dict().values() if tensor.is_floating_point()]


def batch(model: nn.Module) -> None:
    """Moves every weight by a random amount, and batch-norm's averages by a real batch."""
    with torch.no_grad():
        for tensor in floats(model):
            tensor.copy_(tensor.float() + torch.randn(tensor.shape).abs())
        model(torch.randn(8, 7))


def exaggerate(model: nn.Module) -> None:
    for tensor in floats(model):
        kind = torch.float32 if tensor.dtype == torch.float64 else tensor.dtype
        values = torch.tensor(EXTREMES[kind]).to(kind)
        tensor.copy_(values[torch.arange(tensor.numel()) % len(values)].view(tensor.shape))


def note(path: pathlib.Path, model: nn.Module) -> None:
    lines = []
    for name, tensor in model.state_dict().items():
        # Doubles travel as float32, and must come back as such.
        stored = tensor.float() if tensor.dtype == torch.float64 else tensor
        raw = stored.reshape(-1).contiguous().view(torch.uint8)
        lines.append(f"{name} {stored.dtype} {bytes(raw.tolist()).hex()}\n")
    path.write_text("".join(lines))


def main() -> None:
    if sys.argv[1] == "--save":
        starling.torch.save(Mixed(0), sys.argv[2])
        return
    torch.set_num_threads(1)
    folder = pathlib.Path(sys.argv[1])
    member = int(re.search(r"/node-(\d+)/", os.getcwd())[1])
    model = Mixed(member)
    swarm = starling.torch.SwarmCallback(
        model=model, syncFrequency=INTERVAL, minPeers=3, nodeWeightage=WEIGHTS[member]
    )
    note(folder / f"0-{swarm.member}-handed", model)
    swarm.on_train_begin()
    note(folder / f"0-{swarm.member}-merged", model)
    for sync in range(1, ROUNDS):
        for step in range(INTERVAL):
            batch(model)
            if step == INTERVAL - 1:
                if sync == ROUNDS - 1:
                    exaggerate(model)
                note(folder / f"{sync}-{swarm.member}-handed", model)
            swarm.on_batch_end()
        note(folder / f"{sync}-{swarm.member}-merged", model)
    swarm.on_train_end()
    note(folder / f"{ROUNDS}-{swarm.member}-final", model)


main()
