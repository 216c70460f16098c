"""Runs of tasks: how a task was carried out, and by whom."""

from typing import List, Optional

from starling.control.decoding import record
from starling.control.errors import TaskError, UsageError
from starling.control.node import AskedNode, place
from starling.control.runner_records import Run, Runner, RunSummary, Work, WorkState
from starling.control.transport import read_bounded, unreachable
from starling.control.waiting import wait_until

#: The most of a program's output that is read, in bytes.
MOST_OUTPUT_BYTES = 64 << 20


class Runs:
    """The runs of a task runner."""

    def __init__(self, node: AskedNode) -> None:
        self._node = node

    def list(self, runner: Optional[str] = None) -> "List[RunSummary]":
        """The latest runs, oldest first."""
        return self._node.all(RunSummary, "/v1/runners/{}/runs", self._node.runner(runner))

    def info(self, number: int, runner: Optional[str] = None) -> Run:
        """A run with what each operator says of it."""
        where = place("/v1/runners/{}/runs/{}", self._node.runner(runner), number)
        works, answer = self._node.transport.pages(where, "work")
        run = record(RunSummary, answer.get("run"), f"The run of {where}")
        return Run(run, tuple(record(Work, work, f"Work of {where}") for work in works))

    def output(self, number: int, stream: str = "stdout", runner: Optional[str] = None) -> bytes:
        """All that the run's program wrote on the asked node, ``stdout`` or ``stderr``, as it is: a terminal would obey what is in it."""
        if stream not in ("stdout", "stderr"):
            raise UsageError(f"stream must be stdout or stderr, not {stream!r}.")
        lab = self._node.runner(runner)
        where = place("/v1/runners/{}/runs/{}/output/{}", lab, number, stream)
        connection, answer = self._node.transport.open(where)
        try:
            return read_bounded(answer, MOST_OUTPUT_BYTES, where)
        except OSError as fault:
            raise unreachable(connection, fault) from fault
        finally:
            connection.close()

    def wait(
        self,
        runner: Optional[str] = None,
        *,
        number: Optional[int] = None,
        timeout: Optional[float] = None,
        check: bool = True,
    ) -> Run:
        """Waits until a run has ended, the latest unless another is named, and returns it with what each operator says.

        Raises TaskError if it failed or was cancelled, unless ``check`` is False, and TimedOutError after ``timeout`` seconds.
        """
        lab = self._node.runner(runner)
        seen: List[RunSummary] = []

        def look() -> Optional[RunSummary]:
            run = self._summary(lab, number)
            seen[:] = [run]
            return run if run.done else None

        ended = wait_until(look, lambda: str(seen[0]) if seen else lab, timeout)
        run = self.info(ended.number, lab)
        if check and run.run.state != WorkState.COMPLETE:
            said = [
                f"{work.operator} {work.state.value}: {work.description}"
                for work in run.work
                if work.state in (WorkState.FAILED, WorkState.REFUSED)
            ]
            raise TaskError("\n".join([str(run.run), *said]), run)
        return run

    def _summary(self, runner: str, number: Optional[int]) -> RunSummary:
        if number is not None:
            return self.info(number, runner).run
        latest = self._node.get(Runner, "/v1/runners/{}", runner).run
        if latest is None:
            raise UsageError(f"{runner} has carried nothing out yet; assign a task first.")
        return latest
