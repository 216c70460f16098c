"""``from swarmlearning.pyt import SwarmCallback`` becomes ``from starling.compat.swarmlearning.pyt import SwarmCallback``."""

from typing import Any

from starling import torch
from starling.errors import ParameterError

__all__ = ["SwarmCallback"]

#: What only tells the old client where it is, by its documented name and by the one that it read.
_PLATFORM = ("mlPlatform", "ml_platform")


class SwarmCallback(torch.SwarmCallback):
    """The callback under the old client's parameters. A contract's name that says "the default one" takes the task's."""

    def __init__(self, *, syncFrequency: int, minPeers: int, **parameters: Any) -> None:
        for name in _PLATFORM:
            platform = parameters.pop(name, "PYTORCH")
            if str(getattr(platform, "name", platform)).upper() != "PYTORCH":
                raise ParameterError(f"{name} is {platform!r}, and this callback is PYTORCH.")
        if parameters.get("trainingContract") == "defaultbb.cqdb.sml.hpe":
            del parameters["trainingContract"]
        super().__init__(syncFrequency=syncFrequency, minPeers=minPeers, **parameters)
