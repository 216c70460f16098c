"""Joins a training program to a Starling swarm.

``starling.torch`` and ``starling.sklearn`` have a callback each; ``starling.numpy`` has the session that they stand on, for any other framework.
"""

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
    "ModelFileError",
    "NodeGoneError",
    "ParameterError",
    "RefusedError",
    "SessionError",
    "SwarmError",
    "WeightsError",
]
__version__ = "0.1.0"
