"""The nodes that a node knows, and its own end."""

import json
import time
from typing import List, Optional

from starling.control.errors import TimedOutError, UnreachableError
from starling.control.node import AskedNode
from starling.control.records import Node
from starling.control.waiting import FIRST_PAUSE_SECONDS


class Nodes:
    """The asked node and those that it knows."""

    def __init__(self, node: AskedNode) -> None:
        self._node = node

    def list(self) -> "List[Node]":
        """The node itself and those that it knows: organisation, addresses, whether connected."""
        return self._node.all(Node, "/v1/nodes")

    def topology(self, **attributes: str) -> str:
        """The same as a graph in the DOT language, for Graphviz: a line for each connection of the asked node, dashed where there is none now. ``attributes`` are the graph's."""
        nodes = self.list()
        lines = [f"  {name}={_quoted(value)};" for name, value in sorted(attributes.items())]
        own = next((each.node for each in nodes if each.is_self), "")
        for each in nodes:
            label = "/".join(each.node.split("/")[-2:])
            lines.append(f"  {_quoted(each.node)} [label={_quoted(label)}];")
        for each in nodes:
            if not each.is_self:
                style = "" if each.connected else " [style=dashed]"
                lines.append(f"  {_quoted(own)} -- {_quoted(each.node)}{style};")
        return "\n".join(["graph swarm {", *lines, "}", ""])

    def drain(self, timeout: Optional[float] = 3600.0) -> None:
        """Has the asked node finish the round or work that it has in hand, and then stop. Waits for its end; a ``timeout`` of 0 waits for nothing."""
        self._end("/v1/drain", "drain", timeout)

    def stop(self, timeout: Optional[float] = 30.0) -> None:
        """Stops the asked node in order. Waits for its end as ``drain`` does."""
        self._end("/v1/stop", "stop", timeout)

    def _end(self, path: str, what: str, timeout: Optional[float]) -> None:
        self._node.transport.post(path)
        began = time.monotonic()
        while timeout is None or timeout > 0:
            try:
                self._node.transport.get("/v1/health")
            except UnreachableError:
                return
            if timeout is not None and time.monotonic() - began > timeout:
                raise TimedOutError(
                    f"The node was asked to {what}, and still answers after {timeout:g} s; its status says what it awaits."
                )
            time.sleep(FIRST_PAUSE_SECONDS)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
