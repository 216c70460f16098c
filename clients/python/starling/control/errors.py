"""What can go wrong when a node is asked, or has something decided. Each carries the node's or the command's own words, an exit code of the catalogue and a remedy."""

import enum
from typing import TYPE_CHECKING, Dict, Optional, Type

from starling.errors import SwarmError

if TYPE_CHECKING:
    from starling.control.runner_records import Run


class ExitCode(enum.IntEnum):
    """What the ``starling`` command would exit with. Numbers are never reused."""

    DONE = 0
    UNEXPECTED = 1
    USAGE = 2
    CONFIGURATION = 3
    PORT_BUSY = 4
    DISK = 5
    LEDGER_FORKED = 6
    DIVERGED = 7
    IDENTITY = 8
    DATA = 9
    UNREACHABLE = 10
    DENIED = 11
    CHECK_FAILED = 12
    PROGRAM = 13
    TASK = 14
    TIMED_OUT = 15
    INTERRUPTED = 130


class ControlError(SwarmError):
    """Anything that keeps a client from getting or deciding what it was asked for. Its text is the words of whoever refused."""

    #: What the command line exits with for the same reason.
    exit_code = ExitCode.UNEXPECTED

    #: What to do about this kind of failure where the words do not say it.
    remedy = "Look at the node's log; report it if it says nothing."

    def __init__(
        self,
        words: str,
        exit_code: Optional[ExitCode] = None,
        status: Optional[int] = None,
        refusal: Optional[str] = None,
    ) -> None:
        super().__init__(words)
        if exit_code is not None:
            self.exit_code = exit_code
        #: The HTTP status of the node's answer; None if no node answered this.
        self.status = status
        #: Why a contract's rules refuse, as ``RunnerBusy``; None if the node did not say.
        self.refusal = refusal


class UsageError(ControlError, ValueError):
    """What was asked for cannot be understood, or names something that is not there."""

    exit_code = ExitCode.USAGE
    remedy = "Look at the names that list() tells, and at the parameters."


class NotFoundError(UsageError):
    """The node knows no such thing."""


class CommandMissingError(UsageError):
    """The ``starling`` command, which signs what is decided, is not there."""

    remedy = "Put it on the PATH, or name it by Client(command=...) or by STARLING_COMMAND."


class ConfigurationError(ControlError, ValueError):
    """A task's file, an experiment or the list of contexts has mistakes; each is a line of the text."""

    exit_code = ExitCode.CONFIGURATION
    remedy = "Mend the lines that are named."


class IdentityError(ControlError):
    """A certificate, key or authority is missing, damaged, expired or not trusted, by the client or by the node."""

    exit_code = ExitCode.IDENTITY
    remedy = "Look at certificate, key and authorities of the context; starling.Contexts().info() names them."


class DataError(ControlError):
    """A data set or model file is missing or cannot be used."""

    exit_code = ExitCode.DATA
    remedy = "Look at the file that is named."


class UnreachableError(ControlError):
    """The node does not answer, or its ledger does not."""

    exit_code = ExitCode.UNREACHABLE
    remedy = "Check the address and that the node is up; wait_ready() waits for it."


class DeniedError(ControlError):
    """The node refuses the caller, or the contract's rules refuse what was decided."""

    exit_code = ExitCode.DENIED
    remedy = "Do what the words say, or have one do it who may: info() of a contract or runner lists its admins."


class CheckError(ControlError):
    """What came from the node is not what it should be."""

    exit_code = ExitCode.CHECK_FAILED
    remedy = "Try again, or another node; do not trust one that does so again."


class AnswerError(ControlError):
    """The node's answer is not understood."""

    remedy = "Use the client of the node's own version."


class TaskError(ControlError):
    """A task failed or was cancelled."""

    exit_code = ExitCode.TASK
    remedy = "tasks.logs() has what each operator says."

    def __init__(self, words: str, run: "Run") -> None:
        super().__init__(words)
        #: The run, with what each operator says of it.
        self.run = run


class TimedOutError(ControlError, TimeoutError):
    """What was waited for did not come in the time that was given."""

    exit_code = ExitCode.TIMED_OUT
    remedy = "Wait on; or end it, by runners.reset()."


_KINDS: Dict[ExitCode, Type[ControlError]] = {
    kind.exit_code: kind
    for kind in (
        UsageError,
        ConfigurationError,
        IdentityError,
        DataError,
        UnreachableError,
        DeniedError,
        CheckError,
        TimedOutError,
    )
}


def error_of(code: int, words: str) -> ControlError:
    """What a command that ended with this code and these words raises."""
    known = ExitCode(code) if code in ExitCode._value2member_map_ else ExitCode.UNEXPECTED
    return _KINDS.get(known, ControlError)(words, known)
