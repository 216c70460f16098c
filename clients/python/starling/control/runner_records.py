"""What a node tells of task runners, as frozen dataclasses. Operators and admins are named by their SPIFFE IDs."""

import dataclasses
import enum
from typing import Optional, Tuple

from starling.control.records import Entry, Stage, Texts


class TaskKind(str, enum.Enum):
    """What a task has its operators do."""

    RUN_TRAINING = "run-training"
    PREPARE_CONTENT = "prepare-content"
    FETCH_CONTENT = "fetch-content"
    STOP_PROGRAMS = "stop-programs"
    UPGRADE_PROGRAM = "upgrade-program"


class WorkState(str, enum.Enum):
    """Where work stands, an operator's or a whole run's."""

    RUNNING = "running"
    COMPLETE = "complete"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REFUSED = "refused"


@dataclasses.dataclass(frozen=True)
class WrittenTask(Entry):
    """A task that was written, with the entry that did it."""

    task: str


@dataclasses.dataclass(frozen=True)
class FoundingId:
    """The id that a task runner's entry 0 will have, for the node.yaml of nodes that are to follow it."""

    contract: str
    founding: str


@dataclasses.dataclass(frozen=True)
class RunSummary:
    """One carrying out of a task: where it stands and how many operators have done what."""

    number: int
    task: str
    by: str
    placement: str
    wanted: int
    state: WorkState
    reason: str
    height: int
    working: int
    complete: int
    failed: int
    refused: int = 0

    @property
    def done(self) -> bool:
        """Whether it has ended, well or not."""
        return self.state != WorkState.RUNNING

    def __str__(self) -> str:
        counts = f"{self.complete} of {self.wanted} complete, {self.working} working, {self.failed} failed, {self.refused} refused"
        words = (
            f"run {self.number} of {self.task} ({self.placement}) is {self.state.value}: {counts}"
        )
        return words + (f". {self.reason}" if self.reason else "")


@dataclasses.dataclass(frozen=True)
class Work:
    """What an operator says of its work in a run, with the end of what its program wrote. Memory is in bytes; 0 if that is not known."""

    operator: str
    state: WorkState
    description: str
    exit_code: Optional[int]
    elapsed_seconds: float
    processor_seconds: float
    peak_memory_bytes: int
    output: str


@dataclasses.dataclass(frozen=True)
class Run:
    """A run with what each of its operators says."""

    run: RunSummary
    work: Tuple[Work, ...]


@dataclasses.dataclass(frozen=True)
class Runner:
    """A task runner. ``anchors`` are the certificates, DER, of the authorities that it trusts; ``tasks`` is how many it has."""

    runner: str
    founding: str
    followed: bool
    stage: Stage
    epoch: int
    height: int
    chain_head: str
    anchors: Tuple[bytes, ...]
    admins: Texts
    operators: Texts
    tasks: int
    run: Optional[RunSummary]


@dataclasses.dataclass(frozen=True)
class Operator:
    """An operator of a task runner, with the certificates, DER, that vouch for it."""

    operator: str
    certificates: Tuple[bytes, ...]
    connected: bool


@dataclasses.dataclass(frozen=True)
class TaskSummary:
    """A task. Once it is final it can be assigned, and never changes."""

    name: str
    kind: TaskKind
    author: str
    prerequisite: Optional[str]
    outcome: str
    training: Optional[str]
    final: bool
    completed: int


@dataclasses.dataclass(frozen=True)
class Task:
    """A task with its body, YAML, and the founding of the training contract that it names."""

    task: TaskSummary
    founding: Optional[str]
    body: str
