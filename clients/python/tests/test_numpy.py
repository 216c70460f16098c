"""What a session makes of a program's arrays and measurements, and of a contract that begins anew."""

import json
import os
import tempfile
from typing import BinaryIO, List
from unittest import mock

import numpy

import starling
from starling.initial import InitialWeights
from starling.numpy import Measured
from starling.schema import Model
from tests.node import SessionCase, Swarm
from tests.test_swarm import Program, model_of


def reset(swarm: Swarm) -> None:
    """What the node gives after ``contract reset``: an assignment without a merged model."""
    swarm.round, swarm.base = 1, b""
    swarm.number += 1


class BeginningTests(SessionCase):
    def test_a_contract_that_begins_anew_starts_from_the_initial_weights(self) -> None:
        """Red if what was trained before the reset is in the first merge, or if the first copy is not from when training began."""
        swarm = Swarm(rounds=9)
        self.start(swarm)
        program = Program()
        program.weights["w"] += 5
        program.swarm.on_train_begin()
        program.train(4)
        reset(swarm)
        program.train(2)
        self.assertEqual([5, 5], program.weights["w"].tolist())
        program.train(2)
        self.assertEqual([5, 7, 9, 5, 7], [model_of(body)[0] for _, body in swarm.updates])

    def test_a_first_round_that_is_opened_again_merges_the_initial_weights_still(self) -> None:
        swarm = Swarm(rounds=9)
        self.start(swarm)
        program = Program()

        def opened_again(body: bytes) -> None:
            if len(swarm.updates) == 1:
                swarm.number += 1
            else:
                Swarm.merge(swarm, body)

        with mock.patch.object(swarm, "merge", opened_again):
            program.swarm.on_train_begin()
            program.train(2)
        self.assertEqual([0, 0, 2], [model_of(body)[0] for _, body in swarm.updates])

    def test_a_disk_that_does_not_take_the_initial_weights_matters_at_a_reset_alone(self) -> None:
        swarm = Swarm(rounds=9)
        self.start(swarm)
        program = Program()
        full = OSError(28, "No space left on device")
        with mock.patch("starling.initial.tempfile.TemporaryFile", side_effect=full):
            program.swarm.on_train_begin()
        program.train(2)
        reset(swarm)
        with self.assertRaisesRegex(starling.SessionError, "No space left.*start the program"):
            program.train(2)

    def test_a_disk_that_fills_while_the_initial_weights_are_written_gets_its_room_back(
        self,
    ) -> None:
        """Red if the half of them that was written stays on the disk until training ends."""
        files: List[BinaryIO] = []

        def full(file: BinaryIO, _: Model) -> None:
            files.append(file)
            file.write(bytes(100_000))
            raise OSError(28, "No space left on device")

        with mock.patch("starling.initial.safetensors.write", full):
            initial = InitialWeights({})
        self.assertTrue(files[0].closed)
        with self.assertRaisesRegex(starling.SessionError, "No space left.*start the program"):
            initial.read_into({})
        initial.close()

    def test_training_that_ended_before_a_merge_leaves_the_weights_as_they_are(self) -> None:
        """Red if what was never read is loaded as the final model."""
        swarm = Swarm(rounds=0)
        self.start(swarm)
        program = Program()
        with mock.patch.object(program.swarm, "_set") as put:
            program.run(3)
        put.assert_not_called()
        self.assertTrue(swarm.finished)


class ArrayTests(SessionCase):
    def test_big_endian_weights_keep_their_values(self) -> None:
        """Red if a merged model's little-endian bytes are read as big-endian ones."""
        self.start(Swarm(rounds=2))
        program = Program(more={"b": numpy.array([1.5], ">f4")})
        program.swarm.on_train_begin()
        self.assertEqual([1.5], program.weights["b"].tolist())

    def test_numbers_of_numpy_are_measurements(self) -> None:
        """Red if JSON is given what it does not know."""
        measured = Measured(
            numpy.float32(0.5), numpy.float32(0.75), numpy.int64(10), numpy.float32(0.25)  # type: ignore[arg-type]
        )
        swarm = Swarm(rounds=2)
        self.start(swarm)
        Program(evaluate=lambda: measured).run(2)
        told = [swarm.measured[-1][name] for name in ("loss", "accuracy", "examples", "auc")]
        self.assertEqual([0.5, 0.75, 10, 0.25], told)

    def test_numbers_of_numpy_are_a_score(self) -> None:
        measured = Measured(numpy.float32(0.5), examples=numpy.int64(10))  # type: ignore[arg-type]
        with tempfile.TemporaryDirectory() as folder:
            score = os.path.join(folder, "score")
            given = {"STARLING_LOOPBACK": "1", "STARLING_WRITE_SCORE": score}
            with mock.patch.dict(os.environ, given, clear=True):
                Program(evaluate=lambda: measured).run(2)
            with open(score, encoding="utf-8") as file:
                self.assertEqual({"loss": 0.5, "examples": 10}, json.load(file))
