"""What can go wrong. Each text says what to do."""


class SwarmError(Exception):
    """Anything that keeps a program from taking part in its swarm."""


class ParameterError(SwarmError, ValueError):
    """A parameter that is unknown, out of range, or other than the contract allows."""


class SessionError(SwarmError):
    """There is no session, or it is closed, or it is not this program's."""


class NodeGoneError(SessionError):
    """The node beside this program has not answered for as long as the program waits."""


class RefusedError(SwarmError):
    """The node refuses what the program sent; the text is the node's own."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


class WeightsError(SwarmError, ValueError):
    """The program's weights cannot be exchanged: a shape, a type, a value that is not finite."""


class ModelFileError(SwarmError, ValueError):
    """Bytes that are no safetensors file, or a model that such a file cannot hold."""
