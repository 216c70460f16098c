"""Task runners."""

from typing import List, Optional

from starling.control.command import option, path, word
from starling.control.contexts import Files, files
from starling.control.decoding import record
from starling.control.errors import UsageError
from starling.control.node import AskedNode
from starling.control.records import ContractKind, ContractSummary, Entry, Founding
from starling.control.runner_records import FoundingId, Operator, Run, Runner
from starling.control.runs import Runs


class Runners:
    """Task runners: makes them, shows them, waits for them, and decides about them as their admin. The usual one is meant unless one is named."""

    def __init__(self, node: AskedNode, runs: Runs) -> None:
        self._node, self._runs = node, runs

    def list(self) -> "List[ContractSummary]":
        """The task runners on the ledger."""
        every = self._node.all(ContractSummary, "/v1/contracts")
        return [each for each in every if each.kind == ContractKind.RUNNER]

    def info(self, runner: Optional[str] = None) -> Runner:
        """Admins, operators and latest run."""
        return self._node.get(Runner, "/v1/runners/{}", self._node.runner(runner))

    def peers(self, runner: Optional[str] = None) -> "List[Operator]":
        """The operators."""
        return self._node.all(Operator, "/v1/runners/{}/operators", self._node.runner(runner))

    def status(self, runner: Optional[str] = None) -> Optional[Run]:
        """The latest run with what each operator says of it; None before the first."""
        latest = self.info(runner)
        return self._runs.info(latest.run.number, latest.runner) if latest.run else None

    def wait(
        self, runner: Optional[str] = None, *, timeout: Optional[float] = None, check: bool = True
    ) -> Run:
        """Waits until the latest run has ended, as ``runs.wait`` does."""
        return self._runs.wait(runner, timeout=timeout, check=check)

    def create(
        self,
        runner: str,
        operators: Files = (),
        *,
        admins: Files = (),
        trust: Files = (),
        consortium: Optional[str] = None,
    ) -> Founding:
        """Founds a task runner; you are its admin. Operators, further admins and authorities are certificates, PEM files, or all of them a consortium's file."""
        words = self._creation(runner, operators, admins, trust, consortium)
        return self._node.decide(Founding, *words)

    def founding(
        self,
        runner: str,
        operators: Files = (),
        *,
        admins: Files = (),
        trust: Files = (),
        consortium: Optional[str] = None,
    ) -> str:
        """The id that ``create`` with the same parameters would give, for the node.yaml of nodes that are to follow it. No node is asked."""
        words = self._creation(runner, operators, admins, trust, consortium)
        return self._node.decide(FoundingId, *words, "--founding-only").founding

    def enrol(self, runner: str, certificates: Files) -> "List[Operator]":
        """Takes nodes in as operators, by their certificates, PEM files."""
        found = files(certificates)
        if not found:
            raise UsageError("Name the certificates of the nodes that are to be operators.")
        return self._operators("enrol", word(runner, "a task runner"), *found)

    def expel(self, runner: str, operator: str) -> "List[Operator]":
        """Takes an operator out: its SPIFFE ID, ``organisation/name`` or name. What it works on fails."""
        return self._operators(
            "expel", word(runner, "a task runner"), word(operator, "an operator")
        )

    def reset(self, runner: Optional[str] = None, reason: str = "") -> Runner:
        """Cancels what the task runner carries out, if it does."""
        lab = self._node.runner(runner)
        return self._node.decide(Runner, "runner", "reset", lab, *option("reason", reason or None))

    def delete(self, runner: str) -> Entry:
        """Deletes a task runner for ever, without asking. Its history stays in the ledger."""
        named = word(runner, "a task runner")
        return self._node.decide(Entry, "runner", "delete", named, "--yes")

    def _operators(self, *words: str) -> "List[Operator]":
        answer = self._node.command.run("runner", *words)
        found = answer if isinstance(answer, list) else [answer]
        return [record(Operator, each, "An operator") for each in found]

    def _creation(
        self, runner: str, operators: Files, admins: Files, trust: Files, consortium: Optional[str]
    ) -> "List[str]":
        words = ["runner", "create", word(runner, "a task runner")]
        for name, given in (("operators", operators), ("admins", admins), ("anchors", trust)):
            for file in files(given):
                words += option(name, file)
        return words + option("consortium", None if consortium is None else path(consortium))
