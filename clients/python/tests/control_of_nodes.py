"""Controls two real nodes, by the code of docs/python-control.md and then beyond it; a test of the whole system runs this in a folder with their certificates.

It prints nothing and ends with 0 if all is as it should be.
"""

import contextlib
import io
import os
import pathlib
import re
import signal
import sys
import unittest
from typing import Any, Dict, List

import starling
from starling.control import Run, Stage, WorkState

PAGE = pathlib.Path(__file__).parents[3] / "docs" / "python-control.md"
LONG = 1_000_000


def blocks() -> List[str]:
    return re.findall(r"^```python\n(.*?)^```$", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)


class ControlTests(unittest.TestCase):
    """In the order of their names: each goes on where the one before it ended."""

    names: Dict[str, Any] = {}

    @property
    def client(self) -> starling.Client:
        made: starling.Client = self.names["client"]
        return made

    def test_1_the_page_runs_as_it_stands(self) -> None:
        """Red if a block does not run after those before it, or does not print what there must be."""
        found = blocks()
        self.assertEqual(len(found), 7)
        told = io.StringIO()
        with contextlib.redirect_stdout(told):
            for block in found[:-1]:  # The last one deletes it all.
                exec(compile(block, PAGE.name, "exec"), self.names)
        self.assertEqual(told.getvalue().count(" complete "), 2)
        self.assertIn("small has ended after 3 rounds", told.getvalue())
        self.assertIn("fewer operators than the assignment wants", told.getvalue())

    def test_2_what_is_told_is_whole(self) -> None:
        """Red if an answer of a real node cannot be read, or holds something else than what was done."""
        client = self.client
        self.assertEqual(client.contracts.info("small").stage, Stage.ENDED)
        self.assertEqual([each.contract for each in client.runners.list()], ["lab"])
        self.assertEqual(
            sorted(each.contract for each in client.contracts.list()), ["lab", "small"]
        )
        self.assertEqual(
            client.runners.founding("lab", ["clinic-a.pem", "clinic-b.pem"]),
            client.runners.info("lab").founding,
        )
        self.assertTrue(client.runners.create("lab", ["clinic-a.pem", "clinic-b.pem"]).existed)
        self.assertEqual(len(client.runners.peers()), 2)
        self.assertIsNotNone(client.runners.status())
        self.assertEqual([run.number for run in client.runs.list()], [1, 2])
        first = client.runs.info(1)
        self.assertEqual((first.run.number, first.run.state), (1, WorkState.COMPLETE))
        self.assertEqual(len(first.work), 2)
        with self.assertRaises(starling.NotFoundError):
            client.runs.info(3)
        self.assertEqual({work.state for work in client.tasks.logs("train")}, {WorkState.COMPLETE})
        self.assertEqual(len(client.tasks.logs("train", peer="clinic-1/node")), 1)
        self.assertEqual(len(client.tasks.logs("train", whole=True)), 2)
        self.assertIn("synthetic", client.tasks.body("train"))
        self.assertTrue(client.tasks.list()[0].final)
        self.assertIn("style", client.nodes.topology(style="filled"))
        self.assertEqual(len(client.nodes.list()), 2)
        kinds = [event.kind for event in client.events(follow=False)]
        self.assertEqual(kinds.count("round-committed"), 3)

    def test_3_refusals_are_the_nodes_own(self) -> None:
        """Red if a failure raises another exception than the page says, or loses the words or the code."""
        client = self.client
        with self.assertRaises(starling.NotFoundError) as missing:
            client.contracts.info("nothing")
        self.assertEqual(missing.exception.status, 404)
        self.assertIn("'nothing'", str(missing.exception))
        with self.assertRaises(starling.ConfigurationError) as mistaken:
            client.tasks.create({"name": "bad", "kind": "nonsense"})
        self.assertEqual(mistaken.exception.exit_code, starling.ExitCode.CONFIGURATION)
        self.assertIn("nonsense", str(mistaken.exception))
        with self.assertRaises(starling.ConfigurationError):
            client.tasks.create("--help")  # A file of this name, and no option.
        for name in ("--help", "@experiment", "[suggest]", "a b", ""):
            with self.subTest(name), self.assertRaises(starling.UsageError):
                client.tasks.finalise(name)
        with self.assertRaises(starling.DeniedError):
            client.tasks.delete("train")
        stranger = {"certificate": "stranger.pem", "key": "stranger.key"}
        admin = {"certificate": "admin.pem", "key": "admin.key"}
        address = client.context.address
        for how, words in (
            ({**admin, "trust": "stranger-ca.pem"}, "no authority that you trust"),
            ({**admin, "trust": "ca.pem", "node": "spiffe://lab.example/x/y"}, "was meant"),
            ({**admin, "key": "stranger.key", "trust": "ca.pem"}, "is not the private key"),
        ):
            with self.subTest(words), self.assertRaises(starling.IdentityError) as untrusted:
                starling.Client(address=address, **how).status()
            self.assertIn(words, str(untrusted.exception))
        learner = {"certificate": "clinic-b.pem", "key": "clinic-b.key"}
        for who, words in (
            (stranger, "No trusted authority vouches"),
            (learner, "may not do this"),
        ):
            with self.subTest(words), self.assertRaises(starling.DeniedError) as denied:
                starling.Client(address=address, **who, trust="ca.pem").nodes.drain()
            self.assertEqual(denied.exception.status, 403)
            self.assertIn(words, str(denied.exception))
        with self.assertRaises(starling.UnreachableError):
            starling.Client(address="127.0.0.1:1", **admin, trust="ca.pem").status()

    def test_4_a_task_that_fails_or_is_cancelled_says_so(self) -> None:
        """Red if a wait ends well when its task did not, or does not end in its time."""
        client = self.client
        with starling.Client(
            address=client.context.address, certificate="admin.pem", key="admin.key", trust="ca.pem"
        ) as other:  # Signs without any context of the command line.
            other.contracts.restart("small", 1)
        body = {"command": ["a"], "executor": "process"}  # Which the owners do not allow.
        bad = {"name": "bad", "kind": "run-training", "training": "small", "body": body}
        with self.assertRaises(starling.ConfigurationError):
            client.tasks.create({**bad, "body": {"no": 1}})
        client.tasks.create(bad)
        client.tasks.edit({**bad, "outcome": "none"}, finalise=True)
        self.assertEqual(client.tasks.info("bad").task.outcome, "none")
        with self.assertRaises(starling.TaskError) as failed:
            client.tasks.execute("bad", target="clinic-0/node", timeout=60)
        self.assertEqual(failed.exception.run.run.state, WorkState.FAILED)
        self.assertIn("clinic-0/node failed", str(failed.exception))
        experiment = {**self.names["experiment"], "training": {"rounds": LONG, "minPeers": 2}}
        client.contracts.create("long", experiment=experiment)
        task = {"name": "long", "kind": "run-training", "training": "long", "body": experiment}
        client.tasks.create(task, finalise=True)
        client.tasks.assign("long")
        client.contracts.wait("long", round=1, timeout=60)
        with self.assertRaises(starling.TimedOutError):
            client.runners.wait(timeout=0.2)
        self.assertEqual(client.tasks.cancel("long").stage, Stage.IDLE)
        ended = client.runs.wait(timeout=60, check=False)
        self.assertIsInstance(ended, Run)
        self.assertEqual(ended.run.state, WorkState.CANCELLED)

    def test_5_an_admin_changes_a_contract_that_stands(self) -> None:
        """Red if a change, an expulsion or its end is not done, or a mistake is not told before anything is."""
        contracts = self.client.contracts
        os.makedirs(
            "runs/long", exist_ok=True
        )  # A run of the contract's name here is not what is meant.
        with self.assertRaises(starling.ConfigurationError) as mistaken:
            contracts.change("long", {"training.minPeers": 3, "training.epochs": 2})
        for words in ("has 2 members", "each node's own"):
            self.assertIn(words, str(mistaken.exception))
        changed = contracts.change("long", {"training.grace": "3s", "training.auditChunks": 9})
        told = [(each.setting, each.after) for each in changed.changed]
        self.assertEqual(told, [("training.auditChunks", "9"), ("training.grace", "3s")])
        settings = contracts.info("long").settings
        assert settings is not None
        self.assertEqual((settings.audit_chunks, settings.grace_seconds), (9, 3.0))
        self.assertEqual((settings.merge_parameters, settings.adaptive), ({}, None))
        with self.assertRaisesRegex(starling.DeniedError, "so training would end"):
            contracts.expel("long", "clinic-1/node")
        again = contracts.enrol("long", "clinic-b.pem")
        self.assertEqual((len(again.members), again.restarted), (2, False))
        with self.assertRaises(starling.UsageError):
            contracts.enrol("long", ())

    def test_6_contexts_are_the_command_lines(self) -> None:
        """Red if a context that is made here is not there for both, or a client follows one that is switched to later."""
        contexts = self.client.contexts
        made = contexts.create(
            "other", certificate="admin.pem", key="admin.key", trust="ca.pem", address="127.0.0.1:1"
        )
        self.assertEqual(made, contexts.info("other"))
        contexts.switch("other")
        contexts.set("runner", "elsewhere")
        self.assertEqual(contexts.settings(), {"runner": "elsewhere"})
        self.assertEqual(len(self.client.tasks.logs("train", whole=True)), 2)
        with self.assertRaises(starling.UnreachableError):
            starling.Client().status()
        self.assertEqual([each.name for each in contexts.list()], ["office", "other"])
        contexts.remove("other")
        self.assertEqual(contexts.active, "office")
        served = contexts.create(
            "served",
            certificate="admin.pem",
            key="admin.key",
            trust="ca.pem",
            service="node.lab.example",
        )
        self.assertEqual(served.address, "node.lab.example:443")
        contexts.remove("served")
        self.assertEqual([each.name for each in contexts.list()], ["office"])

    def test_7_events_go_on_when_the_node_is_started_again(self) -> None:
        """Red if the iterator ends, or repeats or loses an event, because the node was away."""
        client = self.client
        seen: List[int] = []
        before = client.status().cursor
        for event in client.events(timeout=60):
            seen.append(event.cursor)
            if event.cursor == before:
                os.kill(int(os.environ["NODE_PROCESS"]), signal.SIGTERM)
            if event.cursor > before and event.kind == "node-started":
                break
        self.assertEqual(seen, list(range(seen[0], seen[0] + len(seen))))
        client.wait_ready(timeout=60)

    def test_8_an_admin_decides_about_a_task_runner(self) -> None:
        """Red if an operator is not taken in or out, or if what a program wrote, a task or a task runner is not there or not gone."""
        client = self.client
        runners, tasks = client.runners, client.tasks
        body = {"command": ["sh", "-c", "echo said; echo x > out"], "outputs": ["out"]}
        say = {"name": "say", "kind": "prepare-content", "outcome": "said", "body": body}
        tasks.create(say, finalise=True)
        ran = tasks.execute("say", target="clinic-0/node", timeout=120)
        self.assertEqual(client.runs.output(ran.run.number), b"said\n")
        self.assertEqual(client.runs.output(ran.run.number, "stderr"), b"")
        runners.create("spare", "clinic-a.pem")
        self.assertEqual(len(runners.enrol("spare", "clinic-b.pem")), 2)
        left = runners.expel("spare", "clinic-0/node")
        self.assertEqual([each.operator for each in left], ["spiffe://lab.example/clinic-1/node"])
        tasks.create({**say, "name": "draft"}, runner="spare")
        self.assertEqual([each.name for each in tasks.list("spare")], ["draft"])
        tasks.delete("draft", "spare")
        self.assertEqual(tasks.list("spare"), [])
        runners.delete("spare")
        stages = {each.contract: each.stage for each in runners.list()}
        self.assertEqual(stages["spare"], Stage.DELETED)

    def test_9_the_end(self) -> None:
        """Red if what the page ends with does not reset and delete."""
        exec(compile(blocks()[-1], PAGE.name, "exec"), self.names)
        self.assertEqual(self.client.contracts.info("small").stage, Stage.DELETED)
        with self.assertRaises(starling.DeniedError):
            self.client.contracts.wait("small", timeout=5)
        (other,) = [each for each in self.client.nodes.list() if not each.is_self]
        self.client.nodes.drain(timeout=0)
        with contextlib.suppress(starling.UnreachableError):  # It may have nothing to wait for.
            self.assertIsNotNone(self.client.status().draining)
            self.client.nodes.stop(timeout=60)
        with self.assertRaises(starling.UnreachableError):
            self.client.status()
        admin = {"certificate": "admin.pem", "key": "admin.key", "trust": "ca.pem"}
        with starling.Client(address=other.addresses[0], **admin) as second:
            self.assertEqual(second.status().node, other.node)
            second.nodes.stop(timeout=60)
            with self.assertRaises(starling.UnreachableError):
                second.status()


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], failfast=True)
