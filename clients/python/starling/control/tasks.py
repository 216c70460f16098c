"""The tasks of a task runner."""

from typing import Any, List, Optional

from starling.control.command import option, word
from starling.control.decoding import record
from starling.control.errors import NotFoundError, UsageError
from starling.control.node import AskedNode, Document, document
from starling.control.records import Entry
from starling.control.runner_records import (
    Run,
    Runner,
    RunSummary,
    Task,
    TaskSummary,
    Work,
    WrittenTask,
)
from starling.control.runs import Runs


class Tasks:
    """Tasks: writes them, shows them, has them carried out, and follows what comes of them."""

    def __init__(self, node: AskedNode, runs: Runs) -> None:
        self._node, self._runs = node, runs

    def list(self, runner: Optional[str] = None) -> "List[TaskSummary]":
        """The tasks, by name."""
        return self._node.all(TaskSummary, "/v1/runners/{}/tasks", self._node.runner(runner))

    def info(self, task: str, runner: Optional[str] = None) -> Task:
        """A task with its body."""
        return self._node.get(Task, "/v1/runners/{}/tasks/{}", self._node.runner(runner), task)

    def body(self, task: str, runner: Optional[str] = None) -> str:
        """A task's body, YAML."""
        return self.info(task, runner).body

    def create(
        self, task: Document, *, runner: Optional[str] = None, finalise: bool = False
    ) -> Task:
        """Writes a task from a YAML file or a dictionary, and makes it final if that is wanted. Until it is final it can be edited."""
        return self._write("create", task, runner, finalise)

    def edit(self, task: Document, *, runner: Optional[str] = None, finalise: bool = False) -> Task:
        """Writes a task that is not final anew."""
        return self._write("edit", task, runner, finalise)

    def finalise(self, task: str, runner: Optional[str] = None) -> Entry:
        """Makes a task final: it may be assigned, and never changes."""
        return self._node.decide(Entry, *self._about("finalise", task, runner))

    def delete(self, task: str, runner: Optional[str] = None) -> Entry:
        """Deletes a task that is not final."""
        return self._node.decide(Entry, *self._about("delete", task, runner))

    def cancel(self, task: str, runner: Optional[str] = None) -> Runner:
        """Cancels a task, if it is being carried out."""
        return self._node.decide(Runner, *self._about("cancel", task, runner))

    def assign(
        self,
        task: str,
        *,
        runner: Optional[str] = None,
        peers: Optional[int] = None,
        target: Optional[str] = None,
    ) -> RunSummary:
        """Has a task carried out by so many operators, by the one that is named, or by all. It begins at once.

        Named while its task goes on with others, an operator joins them or tries again.
        """
        if peers is not None and target is not None:
            raise UsageError("Give peers or target, not both.")
        if target is not None:
            whom = ["target", word(target, "an operator")]
        else:
            whom = ["with", "all" if peers is None else f"{peers:d}", "peers"]
        words = ["assign", word(task, "a task"), "to", self._node.runner(runner), *whom]
        return self._node.decide(RunSummary, *words)

    def execute(
        self,
        task: str,
        *,
        runner: Optional[str] = None,
        peers: Optional[int] = None,
        target: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> Run:
        """Assigns a task and waits for its end, as ``assign`` and ``runs.wait`` do."""
        lab = self._node.runner(runner)
        begun = self.assign(task, runner=lab, peers=peers, target=target)
        return self._runs.wait(lab, number=begun.number, timeout=timeout)

    def logs(
        self,
        task: str,
        *,
        runner: Optional[str] = None,
        peer: Optional[str] = None,
        whole: bool = False,
    ) -> "List[Work]":
        """What the operators of a task's latest run say, with the end of their programs' output.

        ``peer`` is one operator alone, ``whole`` asks each operator's node for all the output that it keeps.
        """
        if whole:
            words = self._about("logs", task, runner)
            words += ["--whole", *option("peer", peer)]
            answer: Any = self._node.command.run(*words)
            found = answer if isinstance(answer, list) else [answer]
            return [record(Work, each, "An operator's work") for each in found]
        lab = self._node.runner(runner)
        runs = [run for run in self._runs.list(lab) if run.task == task]
        if not runs:
            raise NotFoundError(f"{task} is not among the latest runs of {lab}; assign it first.")
        works = self._runs.info(runs[-1].number, lab).work
        return [each for each in works if peer is None or is_called(each.operator, peer)]

    def _about(self, what: str, task: str, runner: Optional[str]) -> "List[str]":
        lab = self._node.runner(runner)
        return ["task", what, word(task, "a task"), *option("runner", lab)]

    def _write(self, what: str, task: Document, runner: Optional[str], finalise: bool) -> Task:
        lab = self._node.runner(runner)
        with document(task) as file:
            written = self._node.decide(WrittenTask, "task", what, *option("runner", lab), file)
        if finalise:
            self.finalise(written.task, lab)
        return self.info(written.task, lab)


def is_called(operator: str, name: str) -> bool:
    """Whether an operator is called so: its SPIFFE ID, ``organisation/name``, or its name."""
    parts = operator.split("/")
    return name in (operator, "/".join(parts[-2:]), parts[-1])
