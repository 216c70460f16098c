"""Joins a training program to a Starling swarm.

``starling.torch`` and ``starling.sklearn`` have a callback each; ``starling.numpy`` has the session that they stand on, for any other framework.
``starling.Client`` controls a swarm.
"""

from starling.client import Client
from starling.control import (
    AnswerError,
    CheckError,
    CommandMissingError,
    ConfigurationError,
    Contexts,
    ControlError,
    DataError,
    DeniedError,
    ExitCode,
    IdentityError,
    NotFoundError,
    TaskError,
    TimedOutError,
    UnreachableError,
    UsageError,
)
from starling.errors import (
    ModelFileError,
    NodeGoneError,
    ParameterError,
    RefusedError,
    SessionError,
    SwarmError,
    WeightsError,
)

__all__ = [
    "AnswerError",
    "CheckError",
    "Client",
    "CommandMissingError",
    "ConfigurationError",
    "Contexts",
    "ControlError",
    "DataError",
    "DeniedError",
    "ExitCode",
    "IdentityError",
    "ModelFileError",
    "NodeGoneError",
    "NotFoundError",
    "ParameterError",
    "RefusedError",
    "SessionError",
    "SwarmError",
    "TaskError",
    "TimedOutError",
    "UnreachableError",
    "UsageError",
    "WeightsError",
]
__version__ = "0.1.0"
