"""HTTP/1.1 over a Unix socket, to the node beside this program, which may be away for a while."""

import http.client
import json
import socket
import time
from typing import Any, Callable, Dict, Iterator, Optional, TypeVar

from starling.errors import NodeGoneError, RefusedError

#: How long a node may be silent within one request, in seconds. It answers a wait for an assignment within 20 s.
SILENCE_SECONDS = 120.0

#: How long a node that is away is asked again, in seconds, and how long the pauses grow.
PATIENCE_SECONDS = 120.0
FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 5.0

MOST_ANSWER_BYTES = 1 << 20

Answer = TypeVar("Answer")
Pieces = Callable[[], Iterator[memoryview]]


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str, silence: float) -> None:
        super().__init__("node", timeout=silence)
        self._path = path

    def connect(self) -> None:
        made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        made.settimeout(self.timeout)
        try:
            made.connect(self._path)
        except BaseException:
            made.close()
            raise
        self.sock = made


class Connection:
    """One connection, kept alive, made anew when it breaks."""

    def __init__(
        self,
        path: str,
        token: str,
        patience: float = PATIENCE_SECONDS,
        silence: float = SILENCE_SECONDS,
    ) -> None:
        self._token = token
        self._patience = patience
        self._http = _UnixConnection(path, silence)

    def close(self) -> None:
        """Lets the connection go; the next request makes another."""
        self._http.close()

    def attempt(self, act: Callable[[], Answer]) -> Answer:
        """Does what may break with the connection, again and again with growing pauses, while the node may come back."""
        pause, began = FIRST_PAUSE_SECONDS, time.monotonic()
        while True:
            try:
                return act()
            except (OSError, http.client.HTTPException) as fault:
                self._http.close()
                if time.monotonic() - began + pause > self._patience:
                    raise NodeGoneError(
                        f"The node beside this program has not answered for {self._patience:.0f} s ({fault or type(fault).__name__}). "
                        "Look at the node's log; start the program again when the node is back, and it goes on from the last committed round."
                    ) from fault
                time.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    def ask(self, method: str, path: str, body: Optional[Dict[str, Any]] = None) -> Any:
        """Sends JSON and returns the JSON of the answer, None if it is empty.

        Raises RefusedError with the node's own words, and NodeGoneError.
        """
        text = None if body is None else json.dumps(body).encode("utf-8")

        def act() -> Any:
            self._http.request(method, path, text, self._headers(json=text is not None))
            return self._read()

        return self.attempt(act)

    def send(self, path: str, length: int, pieces: Pieces) -> None:
        """Puts a file, piece by piece; from its beginning again if the connection breaks."""

        def act() -> None:
            self._http.putrequest("PUT", path, skip_accept_encoding=True)
            for name, value in self._headers().items():
                self._http.putheader(name, value)
            self._http.putheader("Content-Length", str(length))
            self._http.endheaders()
            try:
                for piece in pieces():
                    self._http.send(piece)
            except (BrokenPipeError, ConnectionResetError):
                pass  # A node that refuses says so without reading the rest; that answer may be here already.
            self._read()

        self.attempt(act)

    def open(self, path: str, start: int = 0) -> http.client.HTTPResponse:
        """Gets a file from this byte on. The caller reads it to its end, or closes the connection. Tries once."""
        headers = self._headers()
        if start:
            headers["Range"] = f"bytes={start}-"
        self._http.request("GET", path, headers=headers)
        answer = self._http.getresponse()
        if answer.status not in (200, 206):
            raise self._refusal(answer)
        if start and answer.status != 206:
            raise http.client.HTTPException("the node does not go on within a file")
        return answer

    def _headers(self, json: bool = False) -> Dict[str, str]:
        headers = {"Authorization": f"Bearer {self._token}"}
        if json:
            headers["Content-Type"] = "application/json"
        return headers

    def _read(self) -> Any:
        answer = self._http.getresponse()
        if answer.status >= 300:
            raise self._refusal(answer)
        text = answer.read(MOST_ANSWER_BYTES + 1)
        if len(text) > MOST_ANSWER_BYTES:
            raise http.client.HTTPException("the node's answer is too long")
        return _parse(text) if text else None

    def _refusal(self, answer: http.client.HTTPResponse) -> Exception:
        text = answer.read(MOST_ANSWER_BYTES)
        self._http.close()  # The rest of what was sent may be unread.
        problem = _parse(text) if text else None
        if answer.status >= 500:
            return http.client.HTTPException(f"the node failed with HTTP status {answer.status}")
        detail = problem.get("detail") if isinstance(problem, dict) else None
        return RefusedError(
            answer.status, str(detail or f"The node answered with HTTP status {answer.status}.")
        )


def _parse(text: bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise http.client.HTTPException("the node's answer is no JSON") from None


class RemoteFile:
    """A file of the node's as a stream. When the connection breaks it goes on where it was."""

    def __init__(self, connection: Connection, path: str) -> None:
        self._connection, self._path, self._at = connection, path, 0
        self._answer = connection.attempt(lambda: connection.open(path))
        #: The file's length in bytes.
        self.length = int(self._answer.headers.get("Content-Length") or 0)

    def readinto(self, buffer: Any, /) -> int:
        """Reads some bytes; 0 at the end."""
        if self._at >= self.length:
            return 0
        first = True

        def act() -> int:
            nonlocal first
            if not first:
                self._answer = self._connection.open(self._path, self._at)
            first = False
            count = self._answer.readinto(buffer)
            if count == 0:
                raise ConnectionResetError("the connection ended within a file")
            return count

        count = self._connection.attempt(act)
        self._at += count
        if self._at >= self.length:
            self._answer.read()  # Ends the answer, so that the connection can be used again.
        return count
