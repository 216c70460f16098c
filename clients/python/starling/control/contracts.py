"""Training contracts."""

import os
import tempfile
from typing import List, Mapping, Optional, Type, TypeVar, Union

from starling import safetensors
from starling.control.command import PATIENCE_SECONDS, option, path, word
from starling.control.contexts import Files, files
from starling.control.errors import DeniedError, UsageError
from starling.control.node import AskedNode, Document, document
from starling.control.records import (
    Changed,
    Contract,
    ContractSummary,
    Enrolled,
    Entry,
    Expelled,
    Founding,
    MemberPerformance,
    Restarted,
    Stage,
)
from starling.control.waiting import wait_until
from starling.schema import Array

#: A safetensors file, or a model's arrays by name.
ModelOrFile = Union[str, "os.PathLike[str]", Mapping[str, Array]]

#: A setting's value, as an experiment's file would have it.
Setting = Union[str, int, float, bool]

Decision = TypeVar("Decision")

_CONTRACT = "/v1/contracts/{}"


class Contracts:
    """Training contracts: makes them, shows them, waits for them, and decides about them as their admin."""

    def __init__(self, node: AskedNode) -> None:
        self._node = node

    def list(self) -> "List[ContractSummary]":
        """All contracts on the ledger, task runners too."""
        return self._node.all(ContractSummary, "/v1/contracts")

    def info(self, contract: str) -> Contract:
        """Settings, members, open round and latest commits."""
        return self._node.get(Contract, _CONTRACT, contract)

    def status(self, contract: str) -> str:
        """Where a contract stands, in a sentence."""
        return _sentence(self.info(contract))

    def perf(self, contract: str) -> "List[MemberPerformance]":
        """How each member does."""
        return self._node.all(MemberPerformance, _CONTRACT + "/perf", contract)

    def create(
        self,
        contract: str,
        *,
        experiment: Optional[Document] = None,
        task: Optional[Document] = None,
        model: Optional[ModelOrFile] = None,
        runner: Optional[str] = None,
        timeout: float = PATIENCE_SECONDS,
    ) -> Founding:
        """Founds a training contract, whose members are a task runner's operators; you are its admin.

        Settings are those of ``experiment``, a YAML file or a dictionary, or of the body of ``task``. ``model`` is the initial model where a program of yours trains.
        """
        source = experiment if experiment is not None else task
        if source is None or (experiment is not None and task is not None):
            raise UsageError("Give either experiment, or task for a task whose body it is.")
        lab = self._node.runner(runner)
        words = ["contract", "create", word(contract, "a contract"), *option("runner", lab)]
        with document(source) as file, tempfile.TemporaryDirectory(prefix="starling-") as folder:
            words += option("task" if experiment is None else "experiment", file)
            if model is not None:
                words += option("model", _model_file(model, folder))
            return self._node.decide(Founding, *words, timeout=timeout)

    def change(
        self, contract: str, settings: Mapping[str, Setting], *, restart: bool = False
    ) -> Changed:
        """Gives a contract other settings, by their paths in an experiment such as ``training.minPeers``: from the next round on.

        With ``restart`` the open round begins anew with them. Raises ConfigurationError, which names all mistakes, and then nothing is changed.
        """
        words: List[str] = []
        for name, value in settings.items():
            words += option("set", f"{name}={_setting(value)}")
        if not words:
            raise UsageError("Name the settings that are to be different.")
        return self._decide(Changed, "change", contract, words, restart)

    def expel(self, contract: str, member: str, *, restart: bool = False) -> Expelled:
        """Puts a member out at once: its SPIFFE ID, organisation/name, or its name if no other has it. With ``restart`` the open round begins anew without it."""
        return self._decide(Expelled, "expel", contract, [word(member, "a member")], restart)

    def enrol(self, contract: str, certificates: Files, *, restart: bool = False) -> Enrolled:
        """Takes nodes in as members by their certificates, PEM files: new ones, and those that were put out. With ``restart`` the open round begins anew with them."""
        found = files(certificates)
        if not found:
            raise UsageError("Name the certificates of the nodes that are to be members.")
        return self._decide(Enrolled, "enrol", contract, found, restart)

    def restart(self, contract: str, round: int) -> Restarted:
        """Opens a round again, the open one, the one before it, or the first: what was committed from it on no longer counts."""
        return self._decide(Restarted, "restart", contract, [f"--round={round:d}"], False)

    def _decide(
        self, kind: Type[Decision], what: str, contract: str, words: "List[str]", restart: bool
    ) -> Decision:
        # Without its context the command would take a run in the working folder for a contract of the same name.
        context = option("context", self._node.transport.context.name)
        flags = ["--restart"] if restart else []
        named = word(contract, "a contract")
        return self._node.decide(kind, "contract", what, named, *words, *flags, *context)

    def reset(self, contract: str) -> Restarted:
        """Begins anew at round 1: what was committed no longer counts."""
        return self._node.decide(Restarted, "contract", "reset", word(contract, "a contract"))

    def delete(self, contract: str, reason: str = "") -> Entry:
        """Deletes a contract for ever, without asking. Its history stays in the ledger; its name is not free again."""
        words = [
            "contract",
            "delete",
            word(contract, "a contract"),
            *option("reason", reason or None),
        ]
        return self._node.decide(Entry, *words, "--yes")

    def wait(
        self, contract: str, *, round: Optional[int] = None, timeout: Optional[float] = None
    ) -> Contract:
        """Waits until training has ended, or until this round is committed.

        Raises TimedOutError after ``timeout`` seconds, and DeniedError if the contract is deleted.
        """
        latest: List[Contract] = []

        def look() -> Optional[Contract]:
            latest[:] = [self.info(contract)]
            if latest[0].stage == Stage.DELETED:
                raise DeniedError(_sentence(latest[0]))
            reached = round is not None and latest[0].round > round
            return latest[0] if latest[0].ended or reached else None

        return wait_until(look, lambda: _sentence(*latest) if latest else contract, timeout)


def _setting(value: Setting) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _sentence(contract: Contract) -> str:
    name, rounds = contract.contract, contract.settings.rounds if contract.settings else 0
    if contract.stage == Stage.TRAINING:
        leader = contract.leader or "none"
        awaited = sorted({*contract.members} - {*contract.ready} - {*contract.expelled})
        behind = f"; awaited: {', '.join(awaited)}" if awaited else ""
        return f"{name} trains round {contract.round} of {rounds}; leader {leader}{behind}"
    if contract.stage == Stage.ENDED:
        return f"{name} has ended after {contract.round - 1} of {rounds} rounds"
    return f"{name} {'was deleted' if contract.stage == Stage.DELETED else 'is not founded'}"


def _model_file(model: ModelOrFile, folder: str) -> str:
    if not isinstance(model, Mapping):
        return path(model)
    file = os.path.join(folder, "model.safetensors")
    with open(file, "wb") as stream:
        safetensors.write(stream, model)
    return file
