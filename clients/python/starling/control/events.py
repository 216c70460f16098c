"""A node's events as an iterator, which goes on where it was when the connection breaks (server-sent events, HTML standard section 9.2)."""

import http.client
import socket
import time
from typing import Any, Dict, Iterator, Optional, Tuple

from starling.control.decoding import decode, parse
from starling.control.errors import AnswerError, TimedOutError, UnreachableError
from starling.control.records import Event, Instant
from starling.control.transport import NodeConnection, Transport, unreachable

#: How long a node that is away is asked again, in seconds, and how long the pauses grow.
PATIENCE_SECONDS = 120.0
FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 5.0

#: After so long without an event the stream is opened anew: the node may be gone without a word.
SILENCE_SECONDS = 60.0

MOST_EVENT_BYTES = 1 << 20


class _Quiet(Exception):
    """No event came for as long as a connection is trusted."""


class EventStream:
    """Reads the events behind a cursor, each once and in order."""

    def __init__(self, transport: Transport, after: int, deadline: Optional[float]) -> None:
        self._transport, self._after, self._deadline = transport, after, deadline

    def read(self) -> Iterator[Event]:
        """Goes on for ever. Raises TimedOutError at the deadline, and UnreachableError when the node stays away."""
        pause, away = FIRST_PAUSE_SECONDS, time.monotonic()
        while True:
            try:
                for event in self._connected():
                    pause, away = FIRST_PAUSE_SECONDS, time.monotonic()
                    yield event
            except _Quiet:
                pause, away = FIRST_PAUSE_SECONDS, time.monotonic()
                continue
            except UnreachableError:
                if time.monotonic() - away + pause > PATIENCE_SECONDS:
                    raise
            self._left(pause)
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    def _connected(self) -> Iterator[Event]:
        headers = [("Last-Event-ID", str(self._after)), ("Accept", "text/event-stream")]
        connection, answer = self._transport.open("/v1/events", headers)
        try:
            while True:
                event = self._next(connection, answer)
                if event is None:
                    return
                if event.cursor > self._after:
                    self._after = event.cursor
                    yield event
        finally:
            connection.close()

    def _next(
        self, connection: NodeConnection, answer: http.client.HTTPResponse
    ) -> Optional[Event]:
        data = bytearray()
        while True:
            line = self._line(connection, answer)
            if line is None:
                return None
            if not line and data:
                return _event(bytes(data))
            name, _, value = line.partition(b":")
            if name == b"data":
                data += value[1:] if value[:1] == b" " else value
            if len(data) > MOST_EVENT_BYTES:
                raise AnswerError(f"An event has more than {MOST_EVENT_BYTES} bytes.")

    def _line(
        self, connection: NodeConnection, answer: http.client.HTTPResponse
    ) -> Optional[bytes]:
        connection.patience(self._left(SILENCE_SECONDS))
        try:
            line = answer.readline(MOST_EVENT_BYTES + 2)
        except (TimeoutError, socket.timeout):
            self._left(0)
            raise _Quiet from None
        except (OSError, http.client.HTTPException) as fault:
            raise unreachable(connection, fault) from fault
        if not line.endswith(b"\n"):
            if len(line) > MOST_EVENT_BYTES:
                raise AnswerError(f"An event has more than {MOST_EVENT_BYTES} bytes.")
            return None  # The node has ended the stream.
        return line.rstrip(b"\r\n")

    def _left(self, most: float) -> float:
        """How long to wait for what comes next, at most so long. Raises TimedOutError if no time is left."""
        if self._deadline is None:
            return most
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimedOutError("The time that events were to be read for is over.")
        return min(left, most)


def _event(text: bytes) -> Event:
    read = parse(text, "An event")
    told: Dict[str, Any] = read if isinstance(read, dict) else {}
    fields: Tuple[Tuple[str, Any], ...] = (("kind", str), ("cursor", int), ("at", Instant))
    kind, cursor, at = (decode(hint, told.get(name), f"An event's {name}") for name, hint in fields)
    return Event(kind, cursor, at, told)
