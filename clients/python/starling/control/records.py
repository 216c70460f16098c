"""What a node tells, as frozen dataclasses. Nodes and people are named by their SPIFFE IDs, blobs and entries by their ids in hexadecimal."""

import dataclasses
import datetime
import enum
from typing import Any, Mapping, Optional, Tuple

Instant = datetime.datetime
Texts = Tuple[str, ...]


class ContractKind(str, enum.Enum):
    """What a contract is for."""

    UNKNOWN = "unknown"
    TRAINING = "training"
    RUNNER = "runner"


class Stage(str, enum.Enum):
    """
    Where a contract stands: a training contract trains or has ended, a task runner is idle or carries a task out. Unknown is where one
    stands that is too long for a node to replay, which does not follow it.
    """

    UNFOUNDED = "unfounded"
    TRAINING = "training"
    ENDED = "ended"
    IDLE = "idle"
    RUNNING = "running"
    DELETED = "deleted"
    UNKNOWN = "unknown"


class Phase(str, enum.Enum):
    """What a node is doing."""

    REGISTERED = "registered"
    SERVING = "serving"
    AWAITING_PROGRAM = "awaitingProgram"
    WAITING = "waiting"
    TRAINING = "training"
    SYNCING = "syncing"
    MERGING = "merging"
    AUDITING = "auditing"
    FINISHED = "finished"


@dataclasses.dataclass(frozen=True)
class Measurement:
    """What a model scored on a node's test rows. What was not measured is None."""

    round: int
    loss: Optional[float]
    accuracy: Optional[float]
    auc: Optional[float]
    f1: Optional[float]
    examples: int


@dataclasses.dataclass(frozen=True)
class FollowedContract:
    """Where a node stands in a contract that it follows; ``set_aside`` says why it takes no part any more, else it is None."""

    contract: str
    kind: ContractKind
    height: int
    chain_head: str
    incarnation: int
    set_aside: Optional[str] = None


@dataclasses.dataclass(frozen=True)
class NodeStatus:
    """A node at this moment. ``sentence`` says in words what ``phase`` is, ``cursor`` is that of its last event."""

    node: str
    organisation: str
    version: str
    phase: Phase
    sentence: str
    contract: str
    round: int
    rounds: int
    opening: int
    term: int
    min_peers: int
    leader: Optional[str]
    view: Texts
    ready: Texts
    awaited: Texts
    height: int
    chain_head: str
    base: Optional[str]
    bytes_in: int
    bytes_out: int
    local: Optional[Measurement]
    merged: Optional[Measurement]
    uptime_seconds: float
    remaining_seconds: Optional[float]
    cursor: int
    certificate_expires: Instant
    warnings: Texts
    draining: Optional[str] = None
    followed: Tuple[FollowedContract, ...] = ()


@dataclasses.dataclass(frozen=True)
class Node:
    """A node that the asked one knows."""

    node: str
    organisation: str
    is_self: bool
    connected: bool
    addresses: Texts
    contracts: Texts


@dataclasses.dataclass(frozen=True)
class ContractSummary:
    """A contract on the ledger."""

    contract: str
    kind: ContractKind
    founding: str
    founded: bool
    followed: bool
    stage: Stage
    height: int


@dataclasses.dataclass(frozen=True)
class AdaptiveBounds:
    """Within which bounds a contract's sync interval follows the validation loss: batches, and over how many rounds the loss is averaged."""

    least: int
    most: int
    window: int


@dataclasses.dataclass(frozen=True)
class ContractSettings:
    """What a training contract fixes for all members. Times are in seconds. The last four are None where a node of an older version does not tell them, and ``adaptive`` where the sync interval stays as it is."""

    protocol: str
    rounds: int
    sync_interval: int
    min_peers: int
    audit: str
    merge_rule: str
    schema_hash: str
    max_model_bytes: int
    leader_timeout_seconds: float
    absent_timeout_seconds: float
    grace_seconds: float
    claim_delay_seconds: float
    audit_chunks: Optional[int] = None
    merge_parameters: Optional[Mapping[str, float]] = None
    protocol_parameters: Optional[Mapping[str, float]] = None
    adaptive: Optional[AdaptiveBounds] = None


@dataclasses.dataclass(frozen=True)
class Commit:
    """A committed round: its merge, whose updates are in it, and who voted for another."""

    round: int
    merge: str
    contributors: Texts
    named: Texts


@dataclasses.dataclass(frozen=True)
class Contract:
    """A training contract as the node folded it. ``round`` is the open one; once training has ended, the one that would be next.

    ``settings`` and ``next`` are those of the round that opens next, ``min_peers`` and ``members`` those of ``round``.
    """

    contract: str
    founding: str
    followed: bool
    stage: Stage
    epoch: int
    height: int
    chain_head: str
    settings: Optional[ContractSettings]
    admins: Texts
    members: Texts
    round: int
    opening: int
    term: int
    leader: Optional[str]
    ready: Texts
    unconnected: Texts
    commits: Tuple[Commit, ...]
    min_peers: int = 0
    next: Texts = ()
    expelled: Texts = ()

    @property
    def ended(self) -> bool:
        """Whether training has ended."""
        return self.stage == Stage.ENDED


@dataclasses.dataclass(frozen=True)
class MemberPerformance:
    """How a member of a training contract does: the last round that it announced an update for, what it measured last, in how many merges it is, and how long it still trains."""

    member: str
    round: int
    loss: Optional[float]
    accuracy: Optional[float]
    contributions: int
    leads: bool
    done: bool
    last_height: Optional[int]
    last_seen: Optional[Instant]
    remaining_seconds: Optional[float] = None


@dataclasses.dataclass(frozen=True)
class Restarted:
    """A round that is open again."""

    contract: str
    round: int
    epoch: int
    node: str


@dataclasses.dataclass(frozen=True)
class ChangedSetting:
    """A contract's setting that is another than before; None where there was none, or is none any more."""

    setting: str
    before: Optional[str] = None
    after: Optional[str] = None


@dataclasses.dataclass(frozen=True)
class Decided:
    """What an admin decided of a contract that trains. ``round`` is the open one, ``restarted`` whether it was opened again, and ``outlook`` says what follows."""

    contract: str
    round: int
    restarted: bool
    epoch: int
    outlook: Texts
    node: str


@dataclasses.dataclass(frozen=True)
class Changed(Decided):
    """The settings that are others than before."""

    changed: Tuple[ChangedSetting, ...]


@dataclasses.dataclass(frozen=True)
class Expelled(Decided):
    """Who was put out, and ``members``, who is left."""

    member: str
    members: Texts


@dataclasses.dataclass(frozen=True)
class Enrolled(Decided):
    """Who was taken in, or was in before, and ``members``, those of the round that opens next."""

    enrolled: Texts
    members: Texts


@dataclasses.dataclass(frozen=True)
class Entry:
    """What was decided, as the ledger has it."""

    contract: str
    entry: str
    height: int


@dataclasses.dataclass(frozen=True)
class Founding(Entry):
    """The entry by which a contract is founded. ``existed`` says that it was before, by the same entry."""

    existed: bool


@dataclasses.dataclass(frozen=True)
class Event:
    """Something that a node told. ``data`` has all of it under the API's own names, those of a kind that is not known too."""

    kind: str
    cursor: int
    at: Instant
    data: Mapping[str, Any]


@dataclasses.dataclass(frozen=True)
class SavedModel:
    """A model's file. ``model`` is its blob id, ``size`` its length in bytes."""

    file: str
    model: str
    size: int


@dataclasses.dataclass(frozen=True)
class Context:
    """Whom a client talks to, and as whom. ``node`` is the SPIFFE ID that must answer; None for any that an anchor vouches for. Files are PEM."""

    name: str
    address: str
    node: Optional[str]
    certificate: str
    key: str
    anchors: Texts
    environment: Mapping[str, str] = dataclasses.field(default_factory=dict)
