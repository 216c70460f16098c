"""Times a program's side of a sync against torch.save and torch.load of the same weights on a RAM disk, turn by turn.

The wait for the other members' updates and for the merge is not the program's side; what it waits for its node to take an update in is. What each
member measured goes to the folder RESULTS; 'sync.py tell FOLDER' prints it.
"""

import json
import os
import pathlib
import statistics
import sys
import time

import torch

import starling.torch
from starling.session import Session

SIZE = int(os.environ.get("SIZE", 500_000_000))
RAM = "/dev/shm"


class Waiting:
    """Stands before a session, and keeps how long it waited for assignments."""

    def __init__(self, session):
        self._session, self.seconds, self.processor = session, 0.0, 0.0

    def __getattr__(self, name):
        return getattr(self._session, name)

    def next(self, after):
        wall, processor = time.perf_counter(), time.process_time()
        assignment = self._session.next(after)
        self.seconds += time.perf_counter() - wall
        self.processor += time.process_time() - processor
        return assignment


def timed(act):
    wall, processor = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - wall, time.process_time() - processor


def save_and_load(model, path):
    torch.save(model.state_dict(), path)
    model.load_state_dict(torch.load(path))
    os.unlink(path)


def train(results):
    torch.set_num_threads(1)
    torch.manual_seed(1)
    layers = (torch.nn.Linear(2500, SIZE // 4 // 16 // 2500, bias=False) for _ in range(16))
    model = torch.nn.Sequential(*layers)
    swarm = starling.torch.SwarmCallback(model=model, syncFrequency=1, minPeers=3)
    # 'starling run' asks for the model, or for what each would reach alone.
    if Session.is_loopback():
        swarm.on_train_begin()
        swarm.on_train_end()
        return
    path = os.path.join(RAM, f"starling-bench-{os.getpid()}.pt")
    swarm.on_train_begin()
    swarm.swarm._session = waiting = Waiting(swarm.swarm._session)
    lines = []
    while not swarm.stop_training:
        saved, saved_processor = timed(lambda: save_and_load(model, path))
        waiting.seconds = waiting.processor = 0.0
        synced, synced_processor = timed(swarm.on_batch_end)
        synced, synced_processor = synced - waiting.seconds, synced_processor - waiting.processor
        lines.append([saved, saved_processor, synced, synced_processor, waiting.seconds])
    (results / f"{swarm.member}.json").write_text(json.dumps(lines[1:]))  # The first warms up.
    swarm.on_train_end()


def tell(results):
    lines = [
        line for path in sorted(results.glob("*.json")) for line in json.loads(path.read_text())
    ]
    print(f"{len(lines)} syncs of {SIZE / 1e6:.0f} MB, of all members; median (least to most)")
    for what, values in (
        ("torch.save and torch.load, s", [saved for saved, *_ in lines]),
        ("program's side of a sync, s", [line[2] for line in lines]),
        ("ratio", [line[2] / line[0] for line in lines]),
        ("ratio of the program's processor time", [line[3] / line[1] for line in lines]),
        ("wait for the others and the merge, s", [line[4] for line in lines]),
    ):
        print(f"{what}: {statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})")


if sys.argv[1:2] == ["tell"]:
    tell(pathlib.Path(sys.argv[2]))
else:
    train(pathlib.Path(os.environ["RESULTS"]))
