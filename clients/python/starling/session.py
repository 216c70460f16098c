"""A program's session with the node beside it: spec/session.md in Python."""

import json
import math
import os
import urllib.parse
from typing import Any, Dict, Mapping, NamedTuple, Optional, Tuple

from starling import safetensors
from starling.connection import PATIENCE_SECONDS, Connection, RemoteFile
from starling.errors import RefusedError, SessionError
from starling.schema import Array, Model, schema_hash, schema_of

SOCKET_VARIABLE = "STARLING_SESSION_SOCKET"
TOKEN_VARIABLE = "STARLING_SESSION_TOKEN"
LOOPBACK_VARIABLE = "STARLING_LOOPBACK"
#: Without a node: which member a program plays, from 0, and of how many.
MEMBER_VARIABLE, MEMBERS_VARIABLE = "STARLING_MEMBER", "STARLING_MEMBERS"
#: Without a node: where a program writes its model when it joins, and then ends; and how good it was, when training has ended.
MODEL_VARIABLE, SCORE_VARIABLE = "STARLING_WRITE_MODEL", "STARLING_WRITE_SCORE"
PROTOCOL = 1


class ContractTerms(NamedTuple):
    """What the contract fixes for all members."""

    protocol: str
    rounds: int
    sync_interval: int
    min_peers: int
    merge_rule: str
    adaptive: bool
    max_weight: int


class Opened(NamedTuple):
    """The node's answer to a program that opens its session."""

    node: str
    contract: str
    member: int
    members: int
    max_model_bytes: int
    terms: ContractTerms


class Assignment(NamedTuple):
    """What to do next. ``number`` counts within the node's process; ``last`` says that training has ended."""

    number: int
    round: int
    batches: int
    done: int
    has_base: bool
    last: bool


class Session:
    """The calls of the protocol, one by one. They wait while the node is away, up to the patience, and then raise NodeGoneError."""

    def __init__(self, socket: str, token: str, patience: float = PATIENCE_SECONDS) -> None:
        self._connection = Connection(socket, token, patience)

    @staticmethod
    def is_loopback() -> bool:
        """Whether the environment says that there is no node."""
        return os.environ.get(LOOPBACK_VARIABLE, "0") not in ("", "0", "false", "False")

    @staticmethod
    def loopback_place() -> Tuple[int, int]:
        """Which member a program without a node plays, from 0, and of how many.

        Raises SessionError for a place that there is not.
        """
        member, members = (
            os.environ.get(MEMBER_VARIABLE, "0"),
            os.environ.get(MEMBERS_VARIABLE, "1"),
        )
        if not (member.isdecimal() and members.isdecimal() and int(member) < int(members)):
            raise SessionError(
                f"{MEMBER_VARIABLE} is {member} and {MEMBERS_VARIABLE} is {members}; the first must be 0 to one less than the second."
            )
        return int(member), int(members)

    @staticmethod
    def of_environment(patience: float = PATIENCE_SECONDS) -> "Session":
        """The session that the node handed to this program.

        Raises SessionError if there is none.
        """
        socket, token = os.environ.get(SOCKET_VARIABLE), os.environ.get(TOKEN_VARIABLE)
        if not socket or not token:
            raise SessionError(
                f"No node started this program: {SOCKET_VARIABLE} and {TOKEN_VARIABLE} are not set. "
                f"Run it by a task of a node, or set {LOOPBACK_VARIABLE}=1 to try it alone."
            )
        return Session(socket, token, patience)

    def open(self, model: Model, program: str) -> Opened:
        """Opens the session for a model of this schema; a program that was started again opens it again."""
        specs = schema_of(model)
        request = {"protocol": PROTOCOL, "program": program[:256], "schema": schema_hash(specs)}
        try:
            answer = self._connection.ask("POST", "/v1/session", request)
        except RefusedError as refused:
            if refused.status == 403:
                raise SessionError(
                    f"{refused} A session belongs to the program that its node started."
                ) from refused
            raise
        opened = _opened(answer)
        length = safetensors.file_length(specs)
        if length > opened.max_model_bytes:
            raise SessionError(
                f"The model's file has {length} bytes, and contract {opened.contract} takes {opened.max_model_bytes}; "
                "make the contract for the model that is trained, or exchange less of it."
            )
        return opened

    def next(self, after: int) -> Optional[Assignment]:
        """Waits up to 20 s for an assignment with a larger number; None if there is none yet."""
        answer = self._connection.ask("GET", f"/v1/assignment?after={after}")
        return None if answer is None else _assignment(answer)

    def read_base(self, number: int, model: Mapping[str, Array]) -> None:
        """Reads the merged model that an assignment starts from into these arrays."""
        file = RemoteFile(self._connection, f"/v1/base/{number}")
        safetensors.read_into(file, file.length, model)

    def update(
        self,
        number: int,
        model: Model,
        weight: int,
        loss: float = math.nan,
        accuracy: float = math.nan,
        check_in: Optional[str] = None,
    ) -> None:
        """Hands an update over, straight from the arrays."""
        query: Dict[str, Any] = {
            "weight": weight,
            "loss": _number(loss),
            "accuracy": _number(accuracy),
        }
        if check_in is not None:
            query["checkIn"] = check_in
        path = f"/v1/update/{number}?{urllib.parse.urlencode(query)}"
        length = safetensors.file_length(schema_of(model))
        self._connection.send(path, length, lambda: safetensors.pieces(model))

    def measured(
        self,
        number: int,
        subject: str,
        loss: float,
        metric: float,
        examples: int,
        auc: float = math.nan,
    ) -> None:
        """Tells what was measured of the model that is ``initial``, ``local``, ``merged`` or ``final``."""
        body = {
            "subject": subject,
            "loss": _finite(loss),
            "accuracy": _finite(metric),
            "auc": _finite(auc),
            "f1": None,
            "examples": int(examples),
        }
        self._connection.ask("POST", f"/v1/measured/{number}", body)

    def failed(self, number: int, reason: str) -> None:
        """Says that the assignment cannot be carried out."""
        self._connection.ask("POST", f"/v1/failed/{number}", {"reason": reason[:4096]})

    def finished(self, number: int) -> None:
        """Says that the last assignment is done."""
        self._connection.ask("POST", f"/v1/finished/{number}")

    def close(self) -> None:
        """Lets the connection go."""
        self._connection.close()


def write_score(loss: float, metric: float, examples: int, auc: float) -> None:
    """Tells whoever started this program without a node how good it became."""
    score = {"loss": _finite(loss), "accuracy": _finite(metric), "auc": _finite(auc)}
    finite = {name: value for name, value in score.items() if value is not None}
    with open(os.environ[SCORE_VARIABLE], "w", encoding="utf-8") as file:
        json.dump({**finite, "examples": int(examples)}, file)


def _finite(value: float) -> Optional[float]:
    # What is measured may be a framework's own number, which JSON has not.
    return float(value) if math.isfinite(value) else None


def _number(value: float) -> str:
    return repr(float(value)) if math.isfinite(value) else "NaN"


def _opened(answer: Any) -> Opened:
    try:
        terms = answer["terms"]
        return Opened(
            str(answer["node"]),
            str(answer["contract"]),
            int(answer["member"]),
            int(answer["members"]),
            int(answer["maxModelBytes"]),
            ContractTerms(
                str(terms["protocol"]),
                int(terms["rounds"]),
                int(terms["syncInterval"]),
                int(terms["minPeers"]),
                str(terms["mergeRule"]),
                bool(terms["adaptive"]),
                int(terms["maxWeight"]),
            ),
        )
    except (KeyError, TypeError, ValueError):
        raise SessionError(
            "The node's answer lacks what this package needs; upgrade the older of the two."
        ) from None


def _assignment(answer: Any) -> Assignment:
    try:
        return Assignment(
            int(answer["number"]),
            int(answer["round"]),
            int(answer["batches"]),
            int(answer["done"]),
            bool(answer["hasBase"]),
            bool(answer["last"]),
        )
    except (KeyError, TypeError, ValueError):
        raise SessionError(
            "The node's assignment cannot be understood; upgrade the older of the two."
        ) from None
