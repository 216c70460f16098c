"""The loop, and what is refused, against a scripted node."""

import io
import json
import logging
import os
import tempfile
import threading
import unittest
from typing import Any, Dict, Optional, cast
from unittest import mock

import numpy

import starling
from starling import safetensors
from starling.numpy import Measured, SwarmSession
from starling.schema import Array, Model
from starling.session import Session
from tests.node import TOKEN, Answer, Handler, Node, SessionCase, Swarm, problem

QUIET = logging.getLogger("quiet")
QUIET.addHandler(logging.NullHandler())
QUIET.propagate = False


class Program:
    """Adds one to its weight with each batch."""

    def __init__(self, **parameters: Any) -> None:
        more: Dict[str, Array] = parameters.pop("more", {})
        self.weights: Dict[str, Array] = {"w": numpy.zeros(2, "<f4"), **more}
        given: Dict[str, Any] = {"syncFrequency": 2, "minPeers": 2, "logger": QUIET}
        self.swarm = SwarmSession(lambda: self.weights, self.load, **{**given, **parameters})

    def load(self, merged: Model) -> None:
        for name, array in merged.items():
            self.weights[name][...] = array

    def train(self, batches: int) -> None:
        for _ in range(batches):
            self.weights["w"] += 1
            self.swarm.on_batch_end()

    def run(self, batches: int) -> None:
        self.swarm.on_train_begin()
        self.train(batches)
        self.swarm.on_train_end()


def model_of(file: bytes) -> Array:
    read = safetensors.read(cast(safetensors.ByteReader, io.BytesIO(file)), len(file))
    return read["w"]


def file_of(*values: float) -> bytes:
    written = io.BytesIO()
    safetensors.write(written, {"w": numpy.array(values, "<f4")})
    return written.getvalue()


class LoopTests(SessionCase):
    def test_the_initial_weights_merge_first_and_then_every_interval(self) -> None:
        """Red if the first sync comes a batch late, as with the incumbent, or if no initial weights are merged."""
        swarm = Swarm(rounds=3)
        self.start(swarm)
        program = Program()
        program.run(4)
        self.assertEqual([0, 2, 4], [model_of(body)[0] for _, body in swarm.updates])
        self.assertTrue(swarm.finished)
        self.assertTrue(program.swarm.stop_training)

    def test_merged_weights_replace_the_programs_own(self) -> None:
        swarm = Swarm(rounds=2)
        self.start(swarm)
        program = Program()
        program.swarm.on_train_begin()
        with mock.patch.object(swarm, "merge", lambda body: Swarm.merge(swarm, file_of(7, 8))):
            program.train(2)
        self.assertEqual([7, 8], program.weights["w"].tolist())

    def test_a_program_that_trained_enough_checks_in_and_gets_the_final_model(self) -> None:
        for choice in ("inactive", "snapshot", "active"):
            with self.subTest(choice):
                swarm = Swarm(rounds=9)
                self.start(swarm)
                Program(checkinModelOnTrainEnd=choice, node_weightage=7).run(3)
                query, body = swarm.updates[-1]
                self.assertEqual((choice, "7"), (query["checkIn"], query["weight"]))
                self.assertEqual(3, model_of(body)[0])
                self.assertTrue(swarm.finished)

    def test_batches_after_the_end_do_not_change_the_final_model(self) -> None:
        """Red if a script that trains on after the swarm has ended keeps what it trained then."""
        swarm = Swarm(rounds=2)
        self.start(swarm)
        program = Program()
        program.run(9)
        self.assertEqual([2, 2], program.weights["w"].tolist())
        self.assertEqual(2, len(swarm.updates))

    def test_a_program_that_starts_again_goes_on_from_the_last_merge(self) -> None:
        swarm = Swarm(rounds=5)
        swarm.round, swarm.number, swarm.base = 4, 9, file_of(40, 41)
        self.start(swarm)
        program = Program()
        program.swarm.on_train_begin()
        self.assertEqual([40, 41], program.weights["w"].tolist())
        self.assertEqual([], swarm.updates)

    def test_a_round_that_went_on_without_this_program_is_no_failure(self) -> None:
        swarm = Swarm(rounds=5)
        self.start(swarm)
        program = Program()
        program.swarm.on_train_begin()
        swarm.merge(file_of(5, 6))
        program.train(2)
        self.assertEqual([5, 6], program.weights["w"].tolist())
        self.assertEqual([], swarm.failures)

    def test_what_is_measured_is_told(self) -> None:
        swarm = Swarm(rounds=2)
        self.start(swarm)
        weights = {"w": numpy.zeros(1, "<f4")}
        program = SwarmSession(
            lambda: weights,
            lambda merged: None,
            lambda: Measured(0.5, 0.75, 10),
            sync_frequency=2,
            min_peers=1,
            logger=QUIET,
        )
        program.on_train_begin()
        program.on_batch_end()
        program.on_batch_end()
        program.on_train_end()
        told = [(each["subject"], each["loss"], each["accuracy"]) for each in swarm.measured]
        self.assertEqual([("merged", 0.5, 0.75), ("local", 0.5, 0.75), ("final", 0.5, 0.75)], told)
        self.assertEqual(
            ("0.5", "0.75"), (swarm.updates[1][0]["loss"], swarm.updates[1][0]["accuracy"])
        )

    def test_measuring_takes_a_tenth_of_the_time_and_the_final_weights_are_always_measured(
        self,
    ) -> None:
        swarm = Swarm(rounds=8)
        self.start(swarm)
        now = 0.0

        def measure() -> Measured:
            nonlocal now
            now += 10
            return Measured(0.5, 0.75, 10)

        with mock.patch("starling.numpy.time.monotonic", lambda: now):
            program = Program(evaluate=measure)
            program.swarm.on_train_begin()
            for _ in range(5):  # The first merge was measured, for 10 s: the next after 90 s.
                now += 25
                program.train(2)
            program.swarm.on_train_end()
        told = [each["subject"] for each in swarm.measured]
        self.assertEqual(["merged", "local", "merged", "final"], told)

    def test_float64_travels_as_float32_and_integers_stay(self) -> None:
        swarm = Swarm(rounds=1)
        self.start(swarm)
        program = Program(
            more={"d": numpy.array([1 / 3], "<f8"), "n": numpy.array([2**62], "<i8")}
        )
        program.swarm.on_train_begin()
        body = swarm.updates[0][1]
        sent = safetensors.read(cast(safetensors.ByteReader, io.BytesIO(body)), len(body))
        self.assertEqual(["d", "w"], sorted(sent))
        self.assertEqual(numpy.float32(1 / 3), program.weights["d"][0])
        self.assertEqual(2**62, program.weights["n"][0])


class RefusalTests(SessionCase):
    """Each refusal names the parameter, and says what to do."""

    def refused(self, words: str, swarm: Optional[Swarm] = None, **parameters: Any) -> None:
        self.start(swarm or Swarm(rounds=3))
        with self.assertRaisesRegex(starling.SwarmError, words):
            Program(**parameters).swarm.on_train_begin()

    def test_parameters_that_are_none(self) -> None:
        for words, parameters in (
            ("mergeMethod 'median' is not known; .*coordmedian", {"mergeMethod": "median"}),
            ("mergeMethod is 'krum'.* merges by 'mean'", {"merge_method": "KRUM"}),
            ("minPeers is 3, and contract small merges with 2.*at most 2", {"minPeers": 3}),
            ("minPeers must be a whole number", {"minPeers": 0}),
            ("syncFrequency is 3, and contract small syncs every 2", {"syncFrequency": 3}),
            ("syncFrequency must be a whole number", {"syncFrequency": True}),
            ("nodeWeightage must be", {"nodeWeightage": 1.5}),
            ("trainingContract is 'other'.*trains 'small'", {"trainingContract": "other"}),
            ("checkinModelOnTrainEnd must be one of", {"checkinModelOnTrainEnd": "later"}),
            ("useAdaptiveSync needs the loss", {"useAdaptiveSync": True}),
            ("totalEpochs must be", {"totalEpochs": -1}),
            ("logger must be", {"logger": "x"}),
            ("syncFreq is no parameter", {"syncFreq": 2}),
            ("given twice", {"min_peers": 2}),
        ):
            with self.subTest(words):
                self.refused(words, **cast(Dict[str, Any], parameters))

    def test_an_adaptive_contract_wants_an_adaptive_program(self) -> None:
        swarm = Swarm(rounds=3)
        swarm.terms["adaptive"] = True
        self.refused("useAdaptiveSync is False.*adapts; give True", swarm)

    def test_a_model_that_is_larger_than_the_contract_takes(self) -> None:
        swarm = Swarm(rounds=3)
        swarm.max_model_bytes = 10
        self.refused("contract small takes 10", swarm)

    def test_a_wrong_schema_and_a_wrong_token_are_the_nodes_words(self) -> None:
        swarm = Swarm(rounds=3)
        swarm.before = lambda *_: problem(409, "The program's model has other tensors")
        self.refused("other tensors", swarm)
        swarm = Swarm(rounds=3)
        self.start(swarm)
        os.environ["STARLING_SESSION_TOKEN"] = "another"
        with self.assertRaisesRegex(starling.SessionError, "not this session's"):
            Program().swarm.on_train_begin()

    def test_weights_that_are_not_finite_or_change_shape(self) -> None:
        for value, words in (
            (numpy.array([1, numpy.nan], "<f4"), "'w' holds.*diverged"),
            (numpy.zeros(3, "<f4"), "'w' is F32 of shape"),
        ):
            with self.subTest(words):
                self.start(Swarm(rounds=3))
                program = Program()
                program.swarm.on_train_begin()
                program.train(1)
                program.weights["w"] = value
                with self.assertRaisesRegex(starling.WeightsError, words):
                    program.swarm.on_batch_end()

    def test_an_update_that_the_node_refuses_is_told_and_raised(self) -> None:
        swarm = Swarm(rounds=3)
        self.start(swarm)
        program = Program()
        program.swarm.on_train_begin()
        program.train(1)
        swarm.before = lambda *_: problem(409, "The update is bad.")
        with self.assertRaisesRegex(starling.RefusedError, "The update is bad"):
            program.train(1)
        self.assertEqual(["The update is bad."], swarm.failures)

    def test_calls_out_of_order(self) -> None:
        self.start(Swarm(rounds=1))
        program = Program()
        with self.assertRaisesRegex(starling.SessionError, "Call on_train_begin before"):
            program.swarm.on_batch_end()
        program.run(2)
        with self.assertRaisesRegex(starling.SessionError, "after on_train_end"):
            program.swarm.on_batch_end()

    def test_no_node_and_no_loopback(self) -> None:
        with mock.patch.dict(os.environ, clear=True):
            with self.assertRaisesRegex(starling.SessionError, "STARLING_LOOPBACK=1"):
                Program()

    def test_loopback_changes_nothing_and_still_checks(self) -> None:
        with mock.patch.dict(os.environ, {"STARLING_LOOPBACK": "1"}, clear=True):
            program = Program()
            program.run(5)
            self.assertEqual([5, 5], program.weights["w"].tolist())
            with self.assertRaisesRegex(starling.ParameterError, "minPeers"):
                Program(minPeers=-1)
            program = Program()
            program.swarm.on_train_begin()
            program.weights["w"][0] = numpy.inf
            with self.assertRaisesRegex(starling.WeightsError, "not finite"):
                program.train(2)

    def test_without_a_node_a_program_plays_a_member_and_tells_its_score(self) -> None:
        """Red if what 'starling run' compares a swarm with is another member's, or is not told."""
        with tempfile.TemporaryDirectory() as folder:
            score = os.path.join(folder, "score")
            place = {"STARLING_MEMBER": "1", "STARLING_MEMBERS": "3"}
            given = {"STARLING_LOOPBACK": "1", "STARLING_WRITE_SCORE": score, **place}
            with mock.patch.dict(os.environ, given, clear=True):
                program = Program(evaluate=lambda: Measured(float("nan"), 0.5, 7))
                self.assertEqual((1, 3), (program.swarm.member, program.swarm.members))
                program.run(5)
                with open(score, encoding="utf-8") as file:
                    self.assertEqual({"accuracy": 0.5, "examples": 7}, json.load(file))
                with mock.patch.dict(os.environ, {"STARLING_MEMBERS": "1"}):
                    with self.assertRaisesRegex(starling.SessionError, "STARLING_MEMBERS is 1"):
                        Program()

    def test_without_a_node_a_program_writes_its_model_and_ends(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            model = os.path.join(folder, "model")
            given = {"STARLING_LOOPBACK": "1", "STARLING_WRITE_MODEL": model}
            with mock.patch.dict(os.environ, given, clear=True):
                with self.assertRaises(SystemExit) as end:
                    Program()
            self.assertEqual(0, end.exception.code)
            with open(model, "rb") as file:
                self.assertEqual([0, 0], model_of(file.read()).tolist())


class BrokenConnectionTests(SessionCase):
    def test_each_request_survives_a_broken_connection(self) -> None:
        """Red if any one request of a training is not tried again."""
        count = 0
        for broken in range(40):
            swarm, seen = Swarm(rounds=3), 0

            def script(handler: Handler, method: str, path: str, body: bytes) -> Optional[Answer]:
                nonlocal seen
                seen += 1
                return None if seen == broken + 1 else swarm(handler, method, path, body)

            self.start(script)
            program = Program()
            program.run(4)
            self.assertTrue(swarm.finished)
            self.assertEqual([4, 4], program.weights["w"].tolist())
            count += 1
            if seen <= broken:
                break
        self.assertGreater(count, 9)

    def test_an_update_whose_answer_is_lost_counts_once(self) -> None:
        swarm, lost = Swarm(rounds=3), 0

        def script(handler: Handler, method: str, path: str, body: bytes) -> Optional[Answer]:
            nonlocal lost
            answer = swarm(handler, method, path, body)
            if method == "PUT" and len(swarm.updates) == 2 and not lost:
                lost += 1
                return None
            return answer

        self.start(script)
        Program().run(4)
        self.assertEqual((1, 3), (lost, len(swarm.updates)))

    def test_a_merged_model_goes_on_where_it_broke(self) -> None:
        swarm = Swarm(rounds=3)
        swarm.base = file_of(*range(1000))
        ranges = []

        def script(handler: Handler, method: str, path: str, body: bytes) -> Optional[Answer]:
            if not path.startswith("/v1/base"):
                return swarm(handler, method, path, body)
            ranges.append(handler.headers.get("Range"))
            if len(ranges) > 1:
                return swarm(handler, method, path, body)
            handler.send_response(200)
            handler.send_header("Content-Length", str(len(swarm.base)))
            handler.end_headers()
            handler.wfile.write(swarm.base[:2000])
            return None

        self.start(script)
        arrays = {"w": numpy.zeros(1000, "<f4")}
        session = Session(self.socket, TOKEN)
        self.addCleanup(session.close)
        session.read_base(1, arrays)
        self.assertEqual(list(range(1000)), arrays["w"].tolist())
        self.assertEqual([None, "bytes=2000-"], ranges)

    def test_a_node_that_comes_back_is_found_and_one_that_does_not_is_given_up(self) -> None:
        swarm = Swarm(rounds=3)
        node = self.start(swarm)
        session = Session(self.socket, TOKEN, patience=30)
        self.addCleanup(session.close)
        node.stop()
        session.close()
        os.unlink(self.socket)
        back = threading.Timer(0.2, lambda: self.addCleanup(Node(self.socket, swarm).stop))
        back.start()
        self.assertIsNotNone(session.next(0))
        back.join()
        gone = Session(self.socket + "-none", TOKEN, patience=0.2)
        with self.assertRaisesRegex(
            starling.NodeGoneError, "has not answered.*start the program again"
        ):
            gone.next(0)

    def test_an_answer_that_never_ends_is_not_read(self) -> None:
        self.start(lambda *_: (200, b" " * (2 << 20)))
        session = Session(self.socket, TOKEN, patience=0)
        with self.assertRaises(starling.NodeGoneError):
            session.next(0)
