"""How many copies of a model a program holds while it syncs."""

import subprocess
import sys

from tests.node import SessionCase, Swarm

MODEL_BYTES = 64 << 20
PROGRAM = rf"""
import logging, re, torch
import starling.torch

def peak():
    with open("/proc/self/status") as status:
        return int(re.search(r"VmHWM:\s+(\d+)", status.read())[1]) * 1024

small = torch.nn.Linear(4, 4)
before = peak()
model = torch.nn.Linear({MODEL_BYTES} // 4 // 1024, 1024, bias=False)
swarm = starling.torch.SwarmCallback(
    model=model, syncFrequency=1, minPeers=1, logger=logging.getLogger("quiet")
)
swarm.on_train_begin()
for _ in range(3):
    swarm.on_batch_end()
swarm.on_train_end()
print((peak() - before) / {MODEL_BYTES})
"""


class MemoryTests(SessionCase):
    def test_a_program_holds_its_model_and_the_merged_one(self) -> None:
        """Red if syncing makes a third copy; a quarter more is the check for values that are not finite."""
        self.start(Swarm(rounds=3, interval=1))
        ended = subprocess.run(
            [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=True
        )
        self.assertLess(float(ended.stdout), 2.7)
        self.assertGreater(float(ended.stdout), 1.5)
