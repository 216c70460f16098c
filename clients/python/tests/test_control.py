"""What a client reads from a node, and how it goes on when that breaks off."""

import hashlib
import io
import json
import os
import re
import struct
import tempfile
import unittest
from typing import Any, Dict, List, Optional, Tuple
from unittest import mock

import numpy
import torch

import starling
import starling.torch
from starling import control, safetensors
from starling.control.events import EventStream
from starling.control.models import Models
from starling.control.records import Context, ContractSummary, MemberPerformance
from starling.control.runner_records import RunSummary
from starling.control.trust import bound_to, check_node
from starling.control.waiting import wait_until
from tests.control_node import ControlCase, Request
from tests.control_of_nodes import PAGE

SUMMARY: Dict[str, Any] = {
    "contract": "small",
    "kind": "training",
    "founding": "00",
    "founded": True,
    "followed": True,
    "stage": "ended",
    "height": 7,
}


SETTINGS: Dict[str, Any] = {
    **dict.fromkeys(("protocol", "audit", "mergeRule", "schemaHash"), "x"),
    **dict.fromkeys(("rounds", "syncInterval", "minPeers"), 1),
    **dict.fromkeys(("leaderTimeoutSeconds", "absentTimeoutSeconds"), 1.5),
    **dict.fromkeys(("graceSeconds", "claimDelaySeconds"), 1),
    "maxModelBytes": 4_000_000,
}
CONTRACT: Dict[str, Any] = {
    **{name: SUMMARY[name] for name in ("contract", "founding", "followed", "stage", "height")},
    **dict.fromkeys(("epoch", "round", "opening", "term"), 1),
    **dict.fromkeys(("admins", "members", "ready", "unconnected", "commits"), []),
    "chainHead": "00",
    "settings": SETTINGS,
}


def event(cursor: int, kind: str = "trained") -> str:
    told = {"kind": kind, "cursor": cursor, "at": "2026-01-02T03:04:05.1234567+00:00"}
    return f"id: {cursor}\ndata: {json.dumps(told)}\n\n"


def blob_of(file: bytes) -> str:
    chunks = [file[at : at + (1 << 20)] for at in range(0, len(file), 1 << 20)]
    head = struct.pack(">BqiI", 1, len(file), 1 << 20, len(chunks))
    return hashlib.sha256(
        head + b"".join(hashlib.sha256(chunk).digest() for chunk in chunks)
    ).hexdigest()


class ReadingTests(ControlCase):
    def test_a_list_is_read_to_its_end(self) -> None:
        """Red if a page is left out, its cursor is not passed on as it is, or each page has a connection of its own."""

        def handle(request: Request) -> None:
            last = "after=a%2F1" in request.path
            name = "second" if last else "first"
            page: Dict[str, Any] = {"items": [{**SUMMARY, "contract": name, "novel": 1}]}
            request.json(page if last else {**page, "next": "a/1"})

        node = self.node(handle)
        found = node.all(ContractSummary, "/v1/contracts")
        self.assertEqual([each.contract for each in found], ["first", "second"])
        self.assertEqual(len(self.server.callers), 1)
        self.assertIs(found[0].stage, control.Stage.ENDED)

    def test_a_list_without_an_end_is_refused(self) -> None:
        """Red if a node can keep a client reading empty pages for ever."""
        node = self.node(lambda request: request.json({"items": [], "next": "x"}))
        with self.assertRaisesRegex(starling.AnswerError, "no page of a list"):
            node.all(ContractSummary, "/v1/contracts")

    def test_an_answer_must_be_what_it_should(self) -> None:
        """Red if a field that is missing, of another type or an unknown word is taken for something, or is not named."""
        changes: List[Tuple[Dict[str, Any], str]] = [
            ({"founding": None}, "no 'founding'"),
            ({"height": "7"}, "height must be a whole number"),
            ({"height": True}, "height must be a whole number"),
            ({"stage": "asleep"}, "stage is 'asleep'"),
            ({"founded": 1}, "founded must be a truth value"),
        ]
        for change, words in changes:
            changed: Dict[str, Any] = {**SUMMARY, **change}
            with self.subTest(words):
                node = self.node(lambda request: request.json(changed))
                with self.assertRaisesRegex(starling.AnswerError, words):
                    node.get(ContractSummary, "/v1/contracts/{}", "small")

    def test_an_answer_is_bounded(self) -> None:
        """Red if a node can have a client hold more than an answer may have."""
        node = self.node(lambda request: request.answer(b" " * (9 << 20)))
        with self.assertRaisesRegex(starling.AnswerError, "more than 8388608 bytes"):
            node.get(ContractSummary, "/v1/contracts/{}", "small")

    def test_what_was_not_measured_is_none(self) -> None:
        """Red if absent values are taken for missing ones, or an instant with seven digits cannot be read."""
        told = {"member": "m", "round": 1, "contributions": 1, "leads": False, "done": True}
        seen = {"lastSeen": "2026-01-02T03:04:05.1234567Z", "loss": 1}
        node = self.node(lambda request: request.json({**told, **seen}))
        found = node.get(MemberPerformance, "/v1/{}", "x")
        self.assertEqual((found.loss, found.accuracy, found.last_height), (1.0, None, None))
        self.assertEqual(found.last_seen and found.last_seen.microsecond, 123456)
        self.assertIsNone(found.remaining_seconds)
        node = self.node(lambda request: request.json({**told, "remainingSeconds": 2.5}))
        self.assertEqual(node.get(MemberPerformance, "/v1/{}", "x").remaining_seconds, 2.5)

    def test_a_refusal_has_the_nodes_words(self) -> None:
        """Red if words, status or refusal of a problem are lost, or a status becomes another exception."""
        for status, kind in (
            (403, starling.DeniedError),
            (409, starling.DeniedError),
            (404, starling.NotFoundError),
            (503, starling.UnreachableError),
            (500, starling.ControlError),
        ):
            problem = {"detail": "No; do so.", "refusal": "RunnerBusy"}
            node = self.node(lambda request: request.json(problem, status))
            with self.subTest(status), self.assertRaises(starling.ControlError) as refused:
                node.get(ContractSummary, "/v1/contracts/{}", "small")
            self.assertIs(type(refused.exception), kind)
            self.assertEqual(str(refused.exception), "No; do so.")
            self.assertEqual(refused.exception.status, status)
            self.assertEqual(refused.exception.refusal, "RunnerBusy")

    def test_a_connection_that_was_let_go_is_made_anew(self) -> None:
        """Red if a node that ends an idle connection fails the next request."""

        def handle(request: Request) -> None:
            request.json(SUMMARY)
            request.close_connection = True  # Without a word about it in the answer.

        node = self.node(handle)
        for _ in range(3):
            node.get(ContractSummary, "/v1/contracts/{}", "small")
        self.assertEqual(len(self.server.asked), 3)

    def test_a_name_cannot_lead_elsewhere(self) -> None:
        """Red if a name becomes another path of the API than the one meant."""
        node = self.node(lambda request: request.json(SUMMARY))
        node.get(ContractSummary, "/v1/contracts/{}", "a/../b?c")
        self.assertEqual(self.server.asked[0][0], "/v1/contracts/a%2F..%2Fb%3Fc")
        with self.assertRaises(starling.UsageError):
            node.get(ContractSummary, "/v1/contracts/{}", "..")

    def test_a_run_says_when_it_is_done(self) -> None:
        """Red if a run that goes on is taken for one that has ended, or the other way round."""
        run = RunSummary(
            1, "t", "a", "with all peers", 2, control.WorkState.RUNNING, "", 3, 1, 1, 0
        )
        self.assertFalse(run.done)
        self.assertIn("1 of 2 complete", str(run))


class EventTests(ControlCase):
    def read(self, handle: Any, count: int, deadline: Optional[float] = None) -> Any:
        node = self.node(handle)
        stream = EventStream(node.transport, 0, deadline).read()
        return [next(stream).cursor for _ in range(count)]

    def test_events_go_on_behind_the_last_one(self) -> None:
        """Red if a connection that breaks loses or repeats events, or one that is broken off within an event is taken for whole."""
        parts = [event(1) + event(2)[:-1], event(1) + event(2), event(3)]
        found = self.read(lambda request: request.stream(parts[len(self.server.asked) - 1]), 3)
        self.assertEqual(found, [1, 2, 3])
        ids = [headers["Last-Event-ID"] for _, headers in self.server.asked]
        self.assertEqual(ids, ["0", "1", "2"])

    def test_an_event_is_bounded(self) -> None:
        """Red if a node can have a client hold an event without an end, be it of one line or of many."""
        for text in ("data: " + "x" * (2 << 20), "data: xxxxxxxx\n" * (1 << 18)):
            with self.subTest(text[:20]), self.assertRaisesRegex(starling.AnswerError, "more than"):
                self.read(lambda request: request.stream(text), 1)

    def test_reading_ends_in_its_time(self) -> None:
        """Red if a stream that ends again and again outlives its deadline."""
        with self.assertRaises(starling.TimedOutError):
            self.read(lambda request: request.stream(""), 1, 0.0)


class ModelTests(ControlCase):
    def setUp(self) -> None:
        self.weights = {"w": numpy.arange(700_000, dtype="<f4"), "a": numpy.ones(3, "<f4")}
        written = io.BytesIO()
        safetensors.write(written, self.weights)
        self.file = written.getvalue()
        self.blob = blob_of(self.file)

    def send(self, request: Request, blob: str, most: int = 1 << 30) -> None:
        if request.path.startswith("/v1/contracts"):
            request.json(CONTRACT)
            return
        asked = re.fullmatch(r"bytes=(\d+)-", request.headers.get("Range") or "")
        start = int(asked[1]) if asked and request.headers["If-Range"] == f'"{blob}"' else 0
        rest = self.file[start:]
        place = f"bytes {start}-{len(self.file) - 1}/{len(self.file)}"
        headers = {"ETag": f'"{blob}"', "Length": str(len(rest))}
        if start:
            headers["Content_Range"] = place
        request.answer(rest[:most], 206 if start else 200, **headers)

    def test_a_transfer_that_breaks_off_goes_on(self) -> None:
        """Red if a byte is lost or repeated where a connection ended, or the digest is that of something else."""
        node = self.node(lambda request: self.send(request, self.blob, 1_234_567))
        found = Models(node).download("small")
        self.assertEqual(len(self.server.asked), 1 + 3)
        for name, array in self.weights.items():
            numpy.testing.assert_array_equal(found[name], array)

    def test_another_model_is_refused(self) -> None:
        """Red if a model is given out that is not the one that the node named, or a file is left of it."""
        node = self.node(lambda request: self.send(request, "0" * 64))
        with self.assertRaisesRegex(starling.CheckError, "another model"):
            Models(node).download("small")
        with tempfile.TemporaryDirectory() as folder:
            with self.assertRaises(starling.CheckError):
                Models(node).save("small", f"{folder}/small.safetensors")
            self.assertEqual(os.listdir(folder), [])

    def test_a_model_is_bounded_by_its_contract(self) -> None:
        """Red if a node can have a client hold a larger model than the contract has."""
        self.file += b" " * CONTRACT["settings"]["maxModelBytes"]
        node = self.node(lambda request: self.send(request, self.blob))
        with self.assertRaisesRegex(starling.CheckError, "the contract allows 4000000"):
            Models(node).download("small")

    def test_a_round_that_ends_meanwhile_is_no_mixture(self) -> None:
        """Red if the rest of another model is put behind the beginning of one."""
        blobs = ["", "", self.blob, "1" * 64]
        node = self.node(lambda request: self.send(request, blobs[len(self.server.asked)], 99_999))
        with self.assertRaisesRegex(starling.CheckError, "another round"):
            Models(node).download("small")

    def test_a_module_is_loaded_in_place_or_not_at_all(self) -> None:
        """Red if a module's memory is replaced, or one of another architecture is changed in part."""
        module = torch.nn.Linear(2, 3)
        before = module.weight.data_ptr()
        written = io.BytesIO()
        model = {"weight": numpy.ones((3, 2), "<f4"), "bias": numpy.zeros(3, "<f4")}
        safetensors.write(written, model)
        self.file = written.getvalue()
        node = self.node(lambda request: self.send(request, blob_of(self.file)))
        Models(node).load("small", module)
        self.assertEqual(module.weight.data_ptr(), before)
        self.assertEqual(module.weight.sum().item(), 6)
        other = torch.nn.Linear(2, 4)
        kept = other.weight.clone()
        with self.assertRaisesRegex(starling.WeightsError, "The model of small"):
            Models(node).load("small", other)
        self.assertTrue(torch.equal(other.weight, kept))


class WaitTests(unittest.TestCase):
    def setUp(self) -> None:
        self.now = 0.0
        for name, act in (("monotonic", lambda: self.now), ("sleep", self.pause)):
            patch = mock.patch(f"starling.control.waiting.time.{name}", act)
            patch.start()
            self.addCleanup(patch.stop)

    def pause(self, seconds: float) -> None:
        self.now += seconds

    def test_a_node_that_comes_back_ends_no_wait(self) -> None:
        """Red if a node that is away for less than the patience fails a wait, or one that stays away holds it."""

        def look() -> Optional[str]:
            if 1 < self.now < away:
                raise starling.UnreachableError("gone")
            return "there" if self.now > 200 else None

        away = 100.0
        self.assertEqual(wait_until(look, str, None), "there")
        self.now, away = 0.0, 150.0
        with self.assertRaises(starling.UnreachableError):
            wait_until(look, str, None)
        self.assertLess(self.now, 125)

    def test_a_wait_ends_in_its_time(self) -> None:
        """Red if a wait outlives its time-out, or does not say what it waited for."""
        with self.assertRaisesRegex(starling.TimedOutError, "the run: not within 3 s"):
            wait_until(lambda: None, lambda: "the run", 3)
        self.assertAlmostEqual(self.now, 3)


class TrustTests(unittest.TestCase):
    def test_a_node_is_known_by_its_one_spiffe_id(self) -> None:
        """Red if a certificate without an identity, with two, or with another than is meant passes."""
        me = "spiffe://lab.example/clinic/node"
        self.assertEqual(check_node({"subjectAltName": (("DNS", "x"), ("URI", me))}, me), me)
        for names, expected in (
            ((), None),
            ((("DNS", me),), None),
            ((("URI", me), ("URI", me + "2")), None),
            ((("URI", "https://lab.example/clinic/node"),), None),
            ((("URI", "spiffe://lab.example/node"),), None),
            ((("URI", me),), me + "2"),
        ):
            with self.subTest(names), self.assertRaises(starling.IdentityError):
                check_node({"subjectAltName": names}, expected)
        with self.assertRaises(starling.IdentityError):
            check_node(None, None)

    def test_an_authority_vouches_for_its_own_trust_domain_alone(self) -> None:
        """Red if an authority of another domain is trusted with a node, or one that names no domain is not."""
        context = Context("c", "host", None, "certificate", "key", ("anchors",))
        node = "spiffe://lab.example/clinic/node"

        def bound(**domains: Optional[str]) -> Any:
            made, fresh = mock.Mock(), mock.Mock()
            bare = [name.encode() for name in domains]
            facts = [
                {"subjectAltName": (("URI", f"spiffe://{domain}"),)} if domain else {}
                for domain in domains.values()
            ]
            made.get_ca_certs = lambda binary_form=False: bare if binary_form else facts
            with mock.patch("starling.control.trust._bare_context", return_value=fresh):
                result = bound_to(context, made, node)
            return result and fresh.load_verify_locations.call_args.kwargs["cadata"]

        self.assertIsNone(bound(a="lab.example", b=None))
        self.assertEqual(b"ac", bound(a="lab.example", b="clinic.example", c=None))
        with self.assertRaisesRegex(starling.IdentityError, "no authority of lab.example"):
            bound(a="clinic.example")


class PageTests(unittest.TestCase):
    def test_what_the_page_names_is_there(self) -> None:
        """Red if the table names a method that a client does not have."""
        found = re.findall(
            r"\b(contexts|contracts|models|nodes|runners|runs|tasks)\.(\w+)",
            PAGE.read_text("utf-8"),
        )
        self.assertGreater(len(found), 40)
        for part, method in found:
            with self.subTest(f"{part}.{method}"):
                self.assertTrue(hasattr(getattr(control, part.capitalize()), method))
