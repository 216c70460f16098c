"""The page for Python programmers: its code runs, and its diff is the examples'."""

import difflib
import os
import pathlib
import re
import tempfile
import unittest
from typing import Any, Dict, List
from unittest import mock

ROOT = pathlib.Path(__file__).parents[3]
EXAMPLE = ROOT / "examples" / "mnist-torch"


def blocks(kind: str) -> List[str]:
    page = (ROOT / "docs" / "python.md").read_text("utf-8")
    return re.findall(rf"^```{kind}\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)


def difference() -> List[str]:
    alone, swarm = (
        (EXAMPLE / name).read_text("utf-8").splitlines() for name in ("alone.py", "train.py")
    )
    lines = difflib.unified_diff(alone, swarm, n=1, lineterm="")
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


class DocumentationTests(unittest.TestCase):
    def test_the_code_runs_as_it_stands(self) -> None:
        """Red if a block of the page does not run after those before it, alone on a machine."""
        here = os.getcwd()
        self.addCleanup(os.chdir, here)
        names: Dict[str, Any] = {}
        with tempfile.TemporaryDirectory() as folder, mock.patch.dict(
            os.environ, {"STARLING_LOOPBACK": "1"}
        ):
            os.chdir(folder)
            found = blocks("python")
            for block in found:
                with self.subTest(block):
                    exec(compile(block, "docs/python.md", "exec"), names)
            os.chdir(here)
        self.assertGreater(len(found), 4)

    def test_the_diff_is_the_examples_and_small(self) -> None:
        """Red if a script needs more than six lines to join, or the page shows others than the example's."""
        lines = difference()
        self.assertEqual([lines], [block.splitlines() for block in blocks("diff")])
        self.assertLessEqual(len([line for line in lines if line.startswith("+")]), 6)
        self.assertLessEqual(len([line for line in lines if line.startswith("-")]), 1)
