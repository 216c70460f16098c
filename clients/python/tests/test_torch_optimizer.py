"""The optimiser's state, merged: two programs train different rows, and leave a sync with the mean of both."""

import io
import logging
import os
import tempfile
import threading
from typing import Any, Callable, Dict, List, Tuple, cast

import numpy
import torch
from torch import nn

import starling
import starling.torch
from starling import safetensors
from starling.schema import Array
from starling.torch import SwarmCallback, TorchWeights
from tests.node import SessionCase, Swarm

QUIET = logging.getLogger("quiet")
Make = Callable[[Any], torch.optim.Optimizer]
OPTIMIZERS: List[Tuple[Make, List[str]]] = [
    (lambda own: torch.optim.SGD(own, 0.1, momentum=0.9), ["momentum_buffer"]),
    (lambda own: torch.optim.Adam(own, 0.01), ["exp_avg", "exp_avg_sq"]),
    (lambda own: torch.optim.Adagrad(own, 0.1), ["sum"]),
    (lambda own: torch.optim.Rprop(own, 0.1), ["prev", "step_size"]),
]


class Meeting:
    """Merges what two programs hand over by the mean, in a round that waits for both."""

    def __init__(self) -> None:
        self._barrier = threading.Barrier(2, timeout=60)
        self._bodies = [b"", b""]
        self.rounds: List[List[Dict[str, Array]]] = []

    def mean(self, member: int, body: bytes) -> bytes:
        self._bodies[member] = body
        self._barrier.wait()
        models = [read(each) for each in self._bodies]
        if member == 0:
            self.rounds.append(models)
        self._barrier.wait()
        written = io.BytesIO()
        first, second = models
        safetensors.write(written, {name: (first[name] + second[name]) / 2 for name in first})
        return written.getvalue()


class Member(Swarm):
    """One program's node."""

    def __init__(self, meeting: Meeting, member: int, rounds: int) -> None:
        super().__init__(rounds=rounds)
        self.meeting, self.member = meeting, member

    def merge(self, body: bytes) -> None:
        super().merge(self.meeting.mean(self.member, body))


class Tied(nn.Module):
    """A weight that two layers share, a layer that one of the programs never trains, and batch-norm."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(2, 2)
        self.second = nn.Linear(2, 2)
        self.second.weight = self.first.weight
        self.norm = nn.BatchNorm1d(2)
        self.sometimes = nn.Linear(2, 2)

    def forward(self, rows: torch.Tensor, all_of_it: bool) -> torch.Tensor:
        result: torch.Tensor = self.norm(self.second(self.first(rows)))
        return cast(torch.Tensor, self.sometimes(result)) if all_of_it else result


def read(body: bytes) -> Dict[str, Array]:
    return safetensors.read(cast(safetensors.ByteReader, io.BytesIO(body)), len(body))


class OptimizerStateTests(SessionCase):
    def member(self, meeting: Meeting, place: int, make: Make) -> Tuple[SwarmCallback, Any]:
        torch.manual_seed(place)
        model = Tied()
        optimizer = make(model.parameters())
        self.start(Member(meeting, place, rounds=3))
        callback = SwarmCallback(
            model=model,
            syncFrequency=2,
            minPeers=2,
            optimizer=optimizer,
            optimizerState="merge",
            logger=QUIET,
        )
        return callback, optimizer

    def test_state_is_the_members_mean_after_each_merge(self) -> None:
        """Red if state stays one member's own, is not loaded in place, travels twice for tied weights, or differs in form where a parameter had no gradient yet."""
        for make, keys in OPTIMIZERS:
            with self.subTest(keys):
                meeting = Meeting()
                members = [self.member(meeting, place, make) for place in range(2)]
                counters: List[Dict[str, Any]] = [{}, {}]
                faults: List[BaseException] = []

                def work(place: int) -> None:
                    try:
                        self.train(*members[place], place, counters[place])
                    except BaseException as fault:
                        faults.append(fault)

                threads = [threading.Thread(target=work, args=(place,)) for place in range(2)]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join(90)
                self.assertEqual([], faults)
                self.check(meeting, members, keys)

    def train(self, callback: Any, optimizer: Any, place: int, counters: Dict[str, Any]) -> None:
        callback.on_train_begin()
        places: Dict[str, int] = {}
        rows = torch.tensor([[1.0, 2.0], [3.0, -1.0], [0.5, 0.25]]) * (place + 1)
        for batch in range(4):
            optimizer.zero_grad()
            callback.model(rows, place == 1).square().sum().backward()
            optimizer.step()
            for key, value in optimizer.state[callback.model.first.weight].items():
                if isinstance(value, torch.Tensor):
                    self.assertEqual(places.setdefault(key, value.data_ptr()), value.data_ptr())
            callback.on_batch_end()
        callback.on_train_end()

    def check(self, meeting: Meeting, members: Any, keys: List[str]) -> None:
        parameters = ["first.bias", "first.weight", "norm.bias", "norm.weight", "second.bias"]
        parameters += ["sometimes.bias", "sometimes.weight"]
        expected = sorted(f"optimizer/{name}/{key}" for name in parameters for key in keys)
        self.assertEqual(3, len(meeting.rounds))
        for models in meeting.rounds:
            for model in models:
                self.assertEqual(expected, sorted(n for n in model if n.startswith("optimizer/")))
        first, second = meeting.rounds[-1]
        differ = 0
        for callback, optimizer in members:
            named = dict(callback.model.named_parameters())
            for name in parameters:
                for key in keys:
                    of = f"optimizer/{name}/{key}"
                    mean = (first[of] + second[of]) / 2
                    numpy.testing.assert_array_equal(mean, optimizer.state[named[name]][key])
                    differ += not numpy.array_equal(first[of], second[of])
        self.assertGreater(differ, len(parameters))

    def test_a_fresh_optimiser_takes_state_over_and_keeps_its_own_counters(self) -> None:
        """Red if a program that was started again loses the swarm's momentum, cannot step with it, or gets another's counter of steps."""
        for make, keys in OPTIMIZERS:
            with self.subTest(keys):
                source, target = nn.Linear(2, 1), nn.Linear(2, 1)
                trained, fresh = make(source.parameters()), make(target.parameters())
                for _ in range(5):
                    step(source, trained)
                weights = TorchWeights(target, optimizer=fresh)
                weights.set(
                    {n: a.copy() for n, a in TorchWeights(source, optimizer=trained).get().items()}
                )
                for key in keys:
                    ours, theirs = fresh.state[target.weight], trained.state[source.weight]
                    self.assertTrue(torch.equal(theirs[key], ours[key]), key)
                    self.assertNotEqual(theirs[key].data_ptr(), ours[key].data_ptr())
                    self.assertLess(int(ours.get("step", 1)), 2)
                step(target, fresh)

    def test_nothing_of_the_original_moves_while_its_state_is_asked_for(self) -> None:
        """Red if finding out which state there is trains the model, or leaves a parameter of its own behind."""
        model = nn.Linear(2, 1)
        adam = torch.optim.Adam(model.parameters())
        torch.optim.lr_scheduler.StepLR(adam, 1)
        step(model, adam)
        before = {name: each.clone() for name, each in model.state_dict().items()}
        TorchWeights(model, optimizer=adam).get()
        for name, each in model.state_dict().items():
            self.assertTrue(torch.equal(before[name], each))
        self.assertEqual([2, 2], [len(adam.state), len(adam.param_groups[0]["params"])])
        self.assertEqual(1, int(adam.state[model.weight]["step"]))

    def test_only_what_is_exchanged_has_its_state_exchanged(self) -> None:
        model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1))
        adam = torch.optim.Adam(model.parameters())
        self.assertEqual(
            ["1.bias", "optimizer/1.bias/exp_avg", "optimizer/1.bias/exp_avg_sq"],
            sorted(TorchWeights(model, ["1.bias"], adam).get()),
        )

    def test_optimisers_that_cannot_be_merged_are_refused(self) -> None:
        model = nn.Linear(2, 1)
        for words, optimizer in (
            ("SGD keeps no state", torch.optim.SGD(model.parameters(), 0.1)),
            ("merge with LBFGS", torch.optim.LBFGS(model.parameters())),
            ("keeps 'row' in another form", Factored(model.parameters(), {})),
            ("keeps no state", torch.optim.Adam(nn.Linear(1, 1).parameters())),
        ):
            with self.subTest(words), self.assertRaisesRegex(starling.ParameterError, words):
                TorchWeights(model, optimizer=optimizer)

    def test_a_contracts_file_has_the_state_and_either_loads(self) -> None:
        """Red if a file for merged state lacks it, or the final model cannot be loaded without the optimiser."""
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "m.safetensors")
            source = nn.Linear(2, 1)
            trained = torch.optim.Adam(source.parameters())
            without = starling.torch.save(source, path)
            fresh = starling.torch.save(source, path, optimizer=trained)
            step(source, trained)
            self.assertEqual(fresh, starling.torch.save(source, path, optimizer=trained))
            self.assertNotEqual(without, fresh)
            target = nn.Linear(2, 1)
            starling.torch.load(target, path)
            self.assertTrue(torch.equal(source.weight, target.weight))
            adam = torch.optim.Adam(target.parameters())
            starling.torch.load(target, path, optimizer=adam)
            ours, theirs = adam.state[target.weight], trained.state[source.weight]
            self.assertTrue(torch.equal(theirs["exp_avg"], ours["exp_avg"]))
            self.assertGreater(float(ours["exp_avg"].abs().sum()), 0)


class Factored(torch.optim.Optimizer):
    """Keeps the means of rows, as Adafactor does."""

    def step(self, closure: Any = None) -> None:
        for group in self.param_groups:
            for parameter in group["params"]:
                self.state[parameter]["row"] = parameter.grad.mean(dim=-1)


def step(model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
    optimizer.zero_grad()
    cast(Any, model(torch.ones(3, 2)).square().sum()).backward()
    cast(Any, optimizer).step()
