"""The callback for PyTorch, with the real one."""

import logging
import os
import tempfile
import unittest
from typing import Any, Dict, List, cast
from unittest import mock

import numpy
import torch
from torch import nn

import starling
import starling.torch
from starling.compat.swarmlearning import pyt
from starling.schema import BF16
from starling.torch import SwarmCallback, TorchWeights
from tests.node import SessionCase, Swarm

QUIET = logging.getLogger("quiet")


class Mixed(nn.Module):
    """Batch-norm, tied weights, two kinds of 16 bits, doubles, and buffers of integers and truth values."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(3, 3)
        self.second = nn.Linear(3, 3)
        self.second.weight = self.first.weight
        self.norm = nn.BatchNorm1d(3)
        self.sixteen = nn.Parameter(torch.randn(4).half())
        self.brain = nn.Parameter(torch.randn(2, 2).bfloat16(), requires_grad=False)
        self.wide = nn.Parameter(torch.randn(2, dtype=torch.float64).float().double())
        self.across = nn.Parameter(torch.randn(2, 3).t())
        self.register_buffer("steps", torch.tensor([5]))
        self.register_buffer("mask", torch.tensor([True, False]))

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        result: torch.Tensor = self.second(self.norm(self.first(rows)))
        return result


class WeightsTests(unittest.TestCase):
    def test_what_is_exchanged_round_trips_bit_for_bit_and_in_place(self) -> None:
        """Red if a bit, a device, a type or requires_grad is lost, or if a parameter becomes another object."""
        torch.manual_seed(1)
        source, target = Mixed(), Mixed()
        before = {
            name: (each.data_ptr(), each.dtype, each.requires_grad)
            for name, each in target.named_parameters()
        }
        counter: Any = target.norm.num_batches_tracked
        buffers = dict(source.norm.named_buffers())
        buffers["running_mean"] += 3
        buffers["num_batches_tracked"] += 9
        TorchWeights(target).set(
            {name: each.copy() for name, each in TorchWeights(source).get().items()}
        )
        expected = source.state_dict()
        for name, tensor in target.state_dict().items():
            if tensor.is_floating_point():
                self.assertTrue(torch.equal(expected[name], tensor), name)
        after = {
            name: (each.data_ptr(), each.dtype, each.requires_grad)
            for name, each in target.named_parameters()
        }
        self.assertEqual(before, after)
        self.assertIs(counter, target.norm.num_batches_tracked)
        self.assertEqual(0, int(counter))
        self.assertEqual(3, float(dict(target.norm.named_buffers())["running_mean"][0]))
        self.assertIs(target.first.weight, target.second.weight)

    def test_each_tensor_travels_once_and_counters_do_not(self) -> None:
        arrays = TorchWeights(Mixed()).get()
        self.assertIn("first.weight", arrays)
        for name in ("second.weight", "norm.num_batches_tracked", "steps", "mask"):
            self.assertNotIn(name, arrays)
        self.assertEqual(BF16, arrays["brain"].dtype)

    def test_weights_are_the_modules_own_memory(self) -> None:
        """Red if getting the weights makes a copy of the model."""
        model = nn.Linear(2, 2)
        arrays = TorchWeights(model).get()
        with torch.no_grad():
            model.weight.fill_(3)
        self.assertEqual(3, arrays["weight"][0, 0])

    def test_patterns_choose_what_leaves(self) -> None:
        model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1))
        self.assertEqual(["1.weight", "1.bias"], list(TorchWeights(model, ["1.*"]).get()))
        with self.assertRaisesRegex(starling.ParameterError, "'head.*', which matches none of"):
            TorchWeights(model, ["head.*"])

    def test_a_saved_model_loads_and_another_does_not(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "m.safetensors")
            torch.manual_seed(2)
            source, target = Mixed(), Mixed()
            self.assertEqual(64, len(starling.torch.save(source, path)))
            starling.torch.load(target, path)
            self.assertTrue(torch.equal(source.wide, target.wide))
            self.assertTrue(torch.equal(source.first.weight, target.second.weight))
            with self.assertRaisesRegex(starling.WeightsError, "same architecture"):
                starling.torch.load(nn.Linear(2, 2), path)


def parameters(**more: Any) -> Dict[str, Any]:
    return {"syncFrequency": 2, "minPeers": 2, "model": nn.Linear(2, 2), "logger": QUIET, **more}


class CallbackTests(SessionCase):
    def run_training(self, callback: SwarmCallback, optimizer: torch.optim.Optimizer) -> None:
        callback.on_train_begin()
        for _ in range(2):
            for _ in range(2):
                optimizer.zero_grad()
                loss: Any = callback.model(torch.ones(4, 2)).square().sum()
                loss.backward()
                optimizer.step()
                callback.on_batch_end()
            callback.on_epoch_end()
        callback.on_train_end()

    def test_the_optimisers_state_is_kept_or_reset(self) -> None:
        for choice, left in (("keep", 2), ("reset", 0)):
            with self.subTest(choice):
                self.start(Swarm(rounds=3))
                model = nn.Linear(2, 2)
                adam = torch.optim.Adam(model.parameters())
                self.run_training(
                    SwarmCallback(
                        **parameters(model=model, optimizer=adam, optimizer_state=choice)
                    ),
                    adam,
                )
                self.assertEqual(left, len(adam.state))

    def test_loss_and_metric_are_a_rows_mean_and_the_mode_is_given_back(self) -> None:
        """Red if a loss that sums and one that means give different numbers, or if evaluation leaves dropout off."""
        data = [(torch.ones(3, 2), torch.tensor([0, 1, 1])), (torch.ones(1, 2), torch.tensor([1]))]
        losses: List[Dict[str, Any]] = [
            {"lossFunction": "CrossEntropyLoss", "lossFunctionArgs": {"reduction": "sum"}},
            {"lossFunction": nn.CrossEntropyLoss()},
        ]
        for loss in losses:
            swarm = Swarm(rounds=1)
            self.start(swarm)
            model = nn.Sequential(nn.Dropout(0.5), nn.Linear(2, 2))
            model[0].eval()
            with torch.no_grad():
                model[1].weight.zero_()
                model[1].bias.copy_(torch.tensor([0.0, 1.0]))
            callback = SwarmCallback(
                **parameters(
                    model=model,
                    adsValData=data,
                    metricFunction=lambda outputs, targets: (outputs.argmax(1) == targets)
                    .float()
                    .mean(),
                    **loss,
                )
            )
            callback.on_train_begin()
            (told,) = swarm.measured
            self.assertAlmostEqual(0.75, told["accuracy"])
            self.assertAlmostEqual((3 * 0.3132617 + 1.3132617) / 4, told["loss"], places=5)
            self.assertEqual(4, told["examples"])
            self.assertEqual((False, True), (model[0].training, model[1].training))

    def test_classes_are_measured_by_cross_entropy_and_accuracy_if_nothing_else_is_said(
        self,
    ) -> None:
        swarm = Swarm(rounds=1)
        self.start(swarm)
        model = nn.Linear(2, 2)
        with torch.no_grad():
            model.weight.zero_()
            model.bias.copy_(torch.tensor([0.0, 1.0]))
        data = [(torch.ones(4, 2), torch.tensor([0, 1, 1, 1]))]
        SwarmCallback(**parameters(model=model, adsValData=data)).on_train_begin()
        (told,) = swarm.measured
        self.assertAlmostEqual(0.75, told["accuracy"])
        self.assertAlmostEqual((3 * 0.3132617 + 1.3132617) / 4, told["loss"], places=5)

    def test_a_loss_that_is_no_number_stops_the_program(self) -> None:
        """Red if a program that diverged trains on, and nobody hears of it."""
        swarm = Swarm(rounds=3)
        self.start(swarm)
        callback = SwarmCallback(
            **parameters(
                adsValData=[(torch.ones(1, 2), torch.ones(1))],
                lossFunction=lambda outputs, targets: torch.tensor(float("nan")),
            )
        )
        with self.assertRaisesRegex(starling.WeightsError, "lossFunction measured nan.*lower"):
            callback.on_train_begin()
        # The node hears of it by the program's end, and not that its update was refused.
        self.assertEqual(([], [], False), (swarm.failures, swarm.measured, swarm.finished))

    def test_mistakes_are_refused_by_name(self) -> None:
        self.start(Swarm(rounds=1))
        for words, more in (
            ("model must be a torch.nn.Module", {"model": 3}),
            ("adsValBatchSize is 8, and", {"adsValBatchSize": 8}),
            ("lossFunction 'Nothing' is no name in torch.nn", {"lossFunction": "Nothing"}),
            ("lossFunctionArgs needs lossFunction", {"lossFunctionArgs": {}}),
            ("optimizerState must be keep, reset or merge", {"optimizerState": "average"}),
            ("optimizerState is merge, so optimizer", {"optimizerState": "merge"}),
            ("so optimizer must be given", {"optimizerState": "reset"}),
            ("adsValData must give", {"adsValData": iter([])}),
            ("exchange must be a list", {"exchange": "0.*"}),
        ):
            with self.subTest(words), self.assertRaisesRegex(starling.ParameterError, words):
                SwarmCallback(**parameters(**cast(Dict[str, Any], more)))

    def test_a_script_for_the_incumbents_client_runs(self) -> None:
        """Red if the parameters that its documentation names, and its examples use, are refused."""
        swarm = Swarm(rounds=3)
        self.start(swarm)
        model = nn.Linear(2, 2)
        callback = pyt.SwarmCallback(
            syncFrequency=2,
            minPeers=2,
            useAdaptiveSync=False,
            adsValData=torch.utils.data.DataLoader(
                torch.utils.data.TensorDataset(torch.ones(4, 2), torch.ones(4).long()), batch_size=2
            ),
            adsValBatchSize=2,
            checkinModelOnTrainEnd="snapshot",
            nodeWeightage=50,
            mlPlatform="PYTORCH",
            trainingContract="defaultbb.cqdb.sml.hpe",
            mergeMethod="mean",
            lossFunction="CrossEntropyLoss",
            lossFunctionArgs={"reduction": "sum"},
            model=model,
            totalEpochs=2,
            logger=QUIET,
        )
        callback.logger.setLevel(logging.WARNING)
        self.run_training(callback, torch.optim.SGD(model.parameters(), 0.1))
        self.assertEqual((2, 3), (callback.swarm.epochs, callback.swarm.merges))
        self.assertEqual(([], True), (swarm.failures, swarm.finished))
        with self.assertRaisesRegex(starling.ParameterError, "mlPlatform is 'KERAS'"):
            pyt.SwarmCallback(**parameters(mlPlatform="KERAS"))

    def test_loopback_trains_alone(self) -> None:
        with mock.patch.dict(os.environ, {"STARLING_LOOPBACK": "1"}, clear=True):
            model = nn.Linear(2, 2)
            before = model.weight.detach().clone()
            callback = SwarmCallback(**parameters(model=model))
            self.run_training(callback, torch.optim.SGD(model.parameters(), 0.1))
            self.assertEqual((2, 0), (callback.swarm.epochs, callback.swarm.merges))
            self.assertFalse(torch.equal(before, model.weight))

    def test_a_type_that_cannot_be_merged_is_named(self) -> None:
        model = nn.Linear(2, 2)
        model.register_buffer("phase", torch.zeros(2, dtype=torch.complex64))
        with self.assertRaisesRegex(starling.WeightsError, "'phase' is of type torch.complex64"):
            TorchWeights(model)
        self.assertEqual(numpy.float32, TorchWeights(nn.Linear(1, 1)).get()["bias"].dtype)
