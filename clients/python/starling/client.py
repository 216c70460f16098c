"""``starling.Client``: control of a swarm from Python."""

import time
from typing import Iterator, Optional, Sequence, Union

from starling.control.command import Command, CommandName
from starling.control.contexts import Contexts, here
from starling.control.contracts import Contracts
from starling.control.errors import UsageError
from starling.control.events import EventStream
from starling.control.models import Models
from starling.control.node import AskedNode
from starling.control.nodes import Nodes
from starling.control.records import Context, Event, NodeStatus
from starling.control.runners import Runners
from starling.control.runs import Runs
from starling.control.tasks import Tasks
from starling.control.transport import Transport
from starling.control.waiting import wait_until


class Client:
    """Talks to one node, as the command line does: in the active context, in another by its name, or at an address with files of your own.

    What is only read comes from the node's API. What is decided is signed by the ``starling`` command, which is ``command``, else what STARLING_COMMAND names, else the
    one on the PATH. Nothing is asked of the node before the first call. Every failure is a ``starling.ControlError``.
    """

    def __init__(
        self,
        context: Optional[str] = None,
        *,
        address: Optional[str] = None,
        certificate: Optional[str] = None,
        key: Optional[str] = None,
        trust: Union[None, str, Sequence[str]] = None,
        node: Optional[str] = None,
        command: Optional[CommandName] = None,
    ) -> None:
        #: The contexts of the command line.
        self.contexts = Contexts(command)
        #: Whom this client talks to, and as whom. It stays the same when others switch the active context.
        self.context = self._context(context, address, certificate, key, trust, node)
        self._command = Command(command, self.context)
        self._transport = Transport(self.context)
        asked = self._node = AskedNode(self._transport, self._command)
        #: Runs of tasks.
        self.runs = Runs(asked)
        #: Task runners.
        self.runners = Runners(asked, self.runs)
        #: Tasks of a task runner.
        self.tasks = Tasks(asked, self.runs)
        #: Training contracts.
        self.contracts = Contracts(asked)
        #: Committed models.
        self.models = Models(asked)
        #: The node and those that it knows.
        self.nodes = Nodes(asked)

    def status(self) -> NodeStatus:
        """What the node is doing."""
        return self._node.get(NodeStatus, "/v1/status")

    def wait_ready(self, timeout: Optional[float] = 1800.0) -> NodeStatus:
        """Waits until the node is up and has read all its contracts. Raises TimedOutError after ``timeout`` seconds."""

        def look() -> NodeStatus:
            self._transport.get("/v1/health/ready")
            return self.status()

        patience = float("inf") if timeout is None else timeout
        return wait_until(look, lambda: f"{self.context.address} is not ready", timeout, patience)

    def events(
        self, after: int = 0, *, follow: bool = True, timeout: Optional[float] = None
    ) -> Iterator[Event]:
        """The node's events behind a cursor, 0 for all that it keeps, each once and in order. When the connection breaks it goes on where it was.

        It ends with the latest event there is if ``follow`` is False, and never otherwise: leave the loop, or have TimedOutError raised after ``timeout`` seconds.
        """
        last = None if follow else self.status().cursor
        deadline = None if timeout is None else time.monotonic() + timeout
        if last is not None and last <= after:
            return
        for event in EventStream(self._transport, after, deadline).read():
            yield event
            if last is not None and event.cursor >= last:
                return

    def close(self) -> None:
        """Lets the connection go, and removes what was written for the command. The client can be used again."""
        self._transport.close()
        self._command.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _context(
        self,
        name: Optional[str],
        address: Optional[str],
        certificate: Optional[str],
        key: Optional[str],
        trust: Union[None, str, Sequence[str]],
        node: Optional[str],
    ) -> Context:
        if address is not None and name is not None:
            raise UsageError("Give context or address, not both.")
        if address is not None:
            return here(address, certificate, key, trust, node)
        if any(given is not None for given in (certificate, key, trust, node)):
            raise UsageError(
                "certificate, key, trust and node go with an address; a context has its own."
            )
        return self.contexts.info(name)
