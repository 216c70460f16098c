"""How the command that signs is found, given its words, and understood."""

import json
import os
import pathlib
import sys
import tempfile
import unittest
from typing import Any, List
from unittest import mock

import starling
from starling.control.command import Command, option, word
from starling.control.contexts import Contexts
from starling.control.node import document
from starling.control.records import Context
from starling.control.transport import split_address

CONTEXT = Context("clinic", "node:1", "spiffe://a/b/c", "/c.pem", "/k.key", ("/a.pem",), {"x": "y"})


class CommandTests(unittest.TestCase):
    def command(self, program: str) -> List[str]:
        return [sys.executable, "-c", f"import json, os, sys\n{program}"]

    def test_it_gets_its_words_and_its_own_context(self) -> None:
        """Red if a word is changed or cut on its way, or the command acts in another context than the client's."""
        program = "print(json.dumps([sys.argv[1:], open(os.environ['STARLING_HOME'] + '/contexts.json').read(), os.environ['STARLING_HOME']]))"
        command = Command(self.command(program), CONTEXT)
        words, book, home = command.run("task", "$(touch x)", "a b", *option("reason", "-- 'q'"))
        self.assertEqual(words, ["task", "$(touch x)", "a b", "--reason=-- 'q'", "--json"])
        found = json.loads(book)
        self.assertEqual((found["active"], len(found["contexts"])), ("clinic", 1))
        self.assertEqual(found["contexts"][0]["node"], "spiffe://a/b/c")
        self.assertEqual(os.stat(home).st_mode & 0o77, 0)
        command.close()
        self.assertFalse(os.path.exists(home))

    def test_how_it_ends_is_the_exception(self) -> None:
        """Red if an exit code becomes another exception, or the words behind 'error: ' are lost."""
        for code, kind in (
            (2, starling.UsageError),
            (3, starling.ConfigurationError),
            (8, starling.IdentityError),
            (9, starling.DataError),
            (10, starling.UnreachableError),
            (11, starling.DeniedError),
            (12, starling.CheckError),
            (15, starling.TimedOutError),
            (5, starling.ControlError),
            (99, starling.ControlError),
        ):
            program = (
                f"print('progress\\nerror: one\\nerror: two', file=sys.stderr); sys.exit({code})"
            )
            with self.subTest(code), self.assertRaises(starling.ControlError) as ended:
                Command(self.command(program), None).run("task", "list")
            self.assertIs(type(ended.exception), kind)
            self.assertEqual(str(ended.exception), "one\ntwo")
            self.assertEqual(ended.exception.exit_code, code if code != 99 else 1)

    def test_one_that_prints_nonsense_or_does_not_end_is_no_success(self) -> None:
        """Red if something else than JSON is taken for an answer, or a command that hangs holds its caller."""
        with self.assertRaises(starling.AnswerError):
            Command(self.command("print('well')"), None).run("task", "list")
        with self.assertRaisesRegex(starling.TimedOutError, "'starling task list' did not end"):
            Command(self.command("sys.stdin = None; os.read(os.pipe()[0], 1)"), None).run(
                "task", "list", timeout=0.2
            )

    def test_a_missing_command_is_told(self) -> None:
        """Red if nothing says how to name the command."""
        with tempfile.TemporaryDirectory() as folder:
            with mock.patch.dict(os.environ, {"PATH": folder}), mock.patch.dict(os.environ):
                os.environ.pop("STARLING_COMMAND", None)
                with self.assertRaisesRegex(starling.CommandMissingError, "'starling'.*PATH"):
                    Command(None, None).run("task", "list")
                os.environ["STARLING_COMMAND"] = folder + "/none"
                with self.assertRaisesRegex(starling.CommandMissingError, "none"):
                    Command(None, None).run("task", "list")

    def test_no_name_becomes_an_option(self) -> None:
        """Red if a name reaches the command line as an option, a file of arguments or a directive, or an empty value swallows the next word."""
        for text in ("-x", "--yes", "@file", "[suggest]", "", "a b", "a\n", "\0"):
            with self.subTest(text), self.assertRaises(starling.UsageError):
                word(text, "a task")
        self.assertEqual(word("clinic-a/node", "an operator"), "clinic-a/node")
        self.assertEqual(option("reason", "--yes"), ["--reason=--yes"])
        with self.assertRaises(starling.UsageError):
            option("reason", "")

    def test_a_document_is_a_file_or_becomes_one(self) -> None:
        """Red if a dictionary is written as another, its file outlives the command, or what is no YAML is written."""
        with document({"name": "é", "body": {"x": [1, 0.5, True]}}) as file:
            written = pathlib.Path(file).read_text("utf-8")
            self.assertEqual(json.loads(written), {"name": "é", "body": {"x": [1, 0.5, True]}})
        self.assertFalse(os.path.exists(file))
        with document("-x.yaml") as file:
            self.assertEqual(file, os.path.join(os.getcwd(), "-x.yaml"))
        with self.assertRaises(starling.UsageError), document({"x": float("nan")}):
            pass


class ContextTests(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        patch = mock.patch.dict(os.environ, {"STARLING_HOME": folder.name})
        patch.start()
        self.addCleanup(patch.stop)
        self.file = pathlib.Path(folder.name) / "contexts.json"

    def write(self, **book: Any) -> None:
        self.file.write_text(json.dumps(book), "utf-8")

    def test_they_are_the_command_lines_own(self) -> None:
        """Red if another file is read, or another context is the active one."""
        entry = {"address": "n:1", "certificate": "c", "key": "k", "anchors": ["a"]}
        self.write(active="b", contexts=[{**entry, "name": "a"}, {**entry, "name": "b"}])
        self.assertEqual(Contexts().active, "b")
        self.assertEqual(Contexts().info().name, "b")
        self.assertEqual(Contexts().info("a").node, None)
        with self.assertRaisesRegex(starling.UsageError, "no context 'c'; there are: a, b"):
            Contexts().info("c")

    def test_without_one_that_is_said(self) -> None:
        """Red if a client without a context, or one with a damaged file, fails without a remedy."""
        with self.assertRaisesRegex(starling.UsageError, "make one"):
            starling.Client()
        self.write(active="b")
        with self.assertRaisesRegex(starling.ConfigurationError, "is damaged"):
            starling.Client()
        for given in ({"certificate": "c"}, {"address": "a"}, {"address": "a", "context": "b"}):
            with self.subTest(given), self.assertRaises(starling.UsageError):
                starling.Client(**given)

    def test_an_address_is_host_and_port(self) -> None:
        """Red if a port that is none is taken for one, or an IPv6 address is cut at its first colon."""
        for text, expected in (
            ("node", ("node", 30304)),
            ("node:1", ("node", 1)),
            ("[::1]:443", ("::1", 443)),
            ("[::1]", ("::1", 30304)),
        ):
            self.assertEqual(split_address(text), expected)
        for text in (
            "",
            ":1",
            "node:",
            "node:0",
            "node:65536",
            "node:x",
            "no de",
            "[::1]x",
            "a:1:2",
        ):
            with self.subTest(text), self.assertRaises(starling.IdentityError):
                split_address(text)
