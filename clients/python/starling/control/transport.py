"""HTTPS to one node, whose certificate is checked before anything is asked. Everything that it sends is bounded."""

import http.client
import socket
import ssl
import threading
import time
import urllib.parse
from typing import Any, Callable, List, Optional, Tuple, TypeVar

from starling.control.decoding import parse
from starling.control.errors import (
    AnswerError,
    ControlError,
    DeniedError,
    IdentityError,
    NotFoundError,
    UnreachableError,
)
from starling.control.records import Context
from starling.control.trust import bound_to, check_node, objection, tls_context

#: How long a node may take to accept a connection, and to answer, in seconds.
CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 30.0

NODE_PORT = 30304
MOST_ANSWER_BYTES = 8 << 20
MOST_PROBLEM_BYTES = 1 << 20
MOST_ITEMS = 100_000
PAGE_ITEMS = 500

Answer = TypeVar("Answer")
_PIECE_BYTES = 1 << 16
_BROKEN = (
    http.client.RemoteDisconnected,
    http.client.BadStatusLine,
    ConnectionError,
    ssl.SSLEOFError,
)


class NodeConnection(http.client.HTTPConnection):
    """A connection over mutual TLS. Raises IdentityError before anything is sent to another node than is meant."""

    def __init__(self, context: Context, tls: ssl.SSLContext) -> None:
        host, port = split_address(context.address)
        super().__init__(host, port, timeout=CONNECT_SECONDS)
        self._context, self._tls = context, tls
        #: The node's SPIFFE ID, once there is a connection; until then its address.
        self.node = context.node or context.address

    def connect(self) -> None:
        """Connects, and checks who answers."""
        secured, self.node = self._secured(self._tls, self._context.node)
        try:
            bound = bound_to(self._context, self._tls, self.node)
        except BaseException:
            secured.close()
            raise
        if bound is not None:  # Who answers is known now, and so is who may vouch for it.
            secured.close()
            secured, self.node = self._secured(bound, self.node)
        secured.settimeout(ANSWER_SECONDS)
        self.sock = secured

    def _secured(self, tls: ssl.SSLContext, expected: Optional[str]) -> Tuple[ssl.SSLSocket, str]:
        made = socket.create_connection((self.host, self.port), CONNECT_SECONDS)
        try:
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            secured = tls.wrap_socket(made, server_hostname=self.host)
            made = secured
            return secured, check_node(secured.getpeercert(), expected)
        except BaseException:
            made.close()
            raise

    def patience(self, seconds: float) -> None:
        """How long the node may be silent from here on."""
        if self.sock is not None:
            self.sock.settimeout(seconds)


class Transport:
    """Asks one node. Requests share one connection, which is kept; streams have one each."""

    def __init__(self, context: Context) -> None:
        #: Whom it talks to, and as whom.
        self.context = context
        self._tls = tls_context(context)
        self._kept: Optional[NodeConnection] = None
        self._turn = threading.Lock()

    def close(self) -> None:
        """Lets the connection go; the next request makes another."""
        with self._turn:
            self._forget()

    def get(self, path: str) -> Any:
        """The JSON of an answer. Raises ControlError."""
        with self._turn:
            return parse(self._ask("GET", path), f"The answer to {path}")

    def post(self, path: str) -> None:
        """Asks for something without a body. It is sent once. Raises UnreachableError if the answer is lost."""
        with self._turn:
            self._ask("POST", path)

    def pages(self, path: str, inner: Optional[str] = None) -> Tuple[List[Any], Any]:
        """All items of a list that comes in pages, which is the whole answer or lies in it under a name, and the last answer."""
        items: List[Any] = []
        after: Optional[str] = None
        while True:
            behind = "" if after is None else "&after=" + urllib.parse.quote(after, safe="")
            answer = self.get(f"{path}?limit={PAGE_ITEMS}{behind}")
            page = answer.get(inner) if inner and isinstance(answer, dict) else answer
            found = page.get("items") if isinstance(page, dict) else None
            following = page.get("next") if isinstance(page, dict) else None
            if not isinstance(found, list) or not (
                following is None or (isinstance(following, str) and found)
            ):
                raise AnswerError(f"The answer to {path} is no page of a list.")
            items += found
            if following is None:
                return items, answer
            if len(items) > MOST_ITEMS:
                raise AnswerError(f"{path} has more than {MOST_ITEMS} items.")
            after = following

    def open(
        self, path: str, headers: Optional[List[Tuple[str, str]]] = None
    ) -> Tuple[NodeConnection, http.client.HTTPResponse]:
        """Opens a stream over a connection of its own, which the caller closes. Raises ControlError."""
        connection = NodeConnection(self.context, self._tls)
        try:
            answer = self._guard(connection, lambda: _send(connection, "GET", path, headers or []))
            if answer.status not in (200, 206):
                raise self._guard(connection, lambda: self._refusal(connection, answer))
            return connection, answer
        except BaseException:
            connection.close()
            raise

    def _ask(self, method: str, path: str) -> bytes:
        kept, self._kept = self._kept, None
        if kept is not None and method == "GET":
            try:
                return self._through(kept, method, path)
            except _BROKEN:
                pass  # The node let the connection go meanwhile, or was started again.
            except (OSError, http.client.HTTPException) as fault:
                raise unreachable(kept, fault) from fault
            finally:
                if self._kept is not kept:
                    kept.close()
        elif kept is not None:
            kept.close()
        made = NodeConnection(self.context, self._tls)
        try:
            return self._guard(made, lambda: self._through(made, method, path))
        finally:
            if self._kept is not made:
                made.close()

    def _through(self, connection: NodeConnection, method: str, path: str) -> bytes:
        answer = _send(connection, method, path, [])
        if not 200 <= answer.status < 300:
            raise self._refusal(connection, answer)
        text = read_bounded(answer, MOST_ANSWER_BYTES, path)
        if not answer.will_close:
            self._kept = connection
        return text

    def _guard(self, connection: NodeConnection, act: Callable[[], Answer]) -> Answer:
        try:
            return act()
        except (OSError, http.client.HTTPException) as fault:
            raise unreachable(connection, fault) from fault

    def _forget(self) -> None:
        if self._kept is not None:
            self._kept.close()
            self._kept = None

    def _refusal(
        self, connection: NodeConnection, answer: http.client.HTTPResponse
    ) -> ControlError:
        text = read_bounded(answer, MOST_PROBLEM_BYTES, "a refusal")
        try:
            problem = parse(text, "A refusal")
        except AnswerError:
            problem = None
        told = problem if isinstance(problem, dict) else {}
        detail, refusal = told.get("detail"), told.get("refusal")
        status = answer.status
        words = (
            detail
            if isinstance(detail, str)
            else f"{connection.node} answered with HTTP status {status}."
        )
        kind = {
            401: DeniedError,
            403: DeniedError,
            409: DeniedError,
            404: NotFoundError,
            503: UnreachableError,
        }.get(status, ControlError)
        return kind(words, status=status, refusal=refusal if isinstance(refusal, str) else None)


def unreachable(connection: NodeConnection, fault: Exception) -> ControlError:
    """What a connection that cannot be made, or breaks, raises."""
    if isinstance(fault, ssl.SSLError) and (words := objection(fault)):
        return IdentityError(words)
    return UnreachableError(
        f"{connection.node} does not answer at {connection.host}:{connection.port} ({fault or type(fault).__name__}); check the address, and that the node is up."
    )


def read_bounded(answer: http.client.HTTPResponse, most: int, what: str) -> bytes:
    """Reads an answer to its end, in a bounded time.

    Raises AnswerError if it has more bytes than may be, and OSError if the connection breaks.
    """
    end = time.monotonic() + ANSWER_SECONDS
    text = bytearray()
    while True:
        piece = answer.read1(_PIECE_BYTES)
        if not piece:
            break
        text += piece
        if len(text) > most:
            raise AnswerError(f"The answer to {what} has more than {most} bytes.")
        if time.monotonic() > end:
            raise TimeoutError(f"the answer did not end within {ANSWER_SECONDS:.0f} s")
    if answer.length:
        raise ConnectionResetError("the connection ended within an answer")
    answer.read()  # Ends the answer, so that the connection can be used again.
    return bytes(text)


def split_address(address: str) -> Tuple[str, int]:
    """Host and port of ``host``, ``host:port`` or ``[IPv6 address]:port``.

    Raises IdentityError if the text is none.
    """
    host, colon, port = address, "", ""
    if address.startswith("["):
        host, _, rest = address[1:].partition("]")
        colon, port = rest[:1], rest[1:]
    elif ":" in address:
        host, colon, port = address.partition(":")
    number = int(port) if port.isascii() and port.isdigit() and len(port) < 6 else 0
    if not host or any(letter <= " " for letter in host) or colon not in ("", ":"):
        number = -1
    if number == 0 and not colon:
        number = NODE_PORT
    if not 0 < number < 65536:
        raise IdentityError(f"'{address[:128]}' is no address; write host:port.")
    return host, number


def _send(
    connection: NodeConnection, method: str, path: str, headers: List[Tuple[str, str]]
) -> http.client.HTTPResponse:
    connection.putrequest(method, path, skip_accept_encoding=True)
    for name, value in headers:
        connection.putheader(name, value)
    if method != "GET":
        connection.putheader("Content-Length", "0")
    connection.endheaders()
    return connection.getresponse()
