"""A node that says what a test has it say, over bare HTTP: who is trusted, the test of the whole system looks at."""

import http.client
import http.server
import json
import socketserver
import threading
import unittest
from typing import Any, Callable, Dict, List, Set, Tuple
from unittest import mock

from starling.control.command import Command
from starling.control.node import AskedNode
from starling.control.records import Context
from starling.control.transport import Transport

Handler = Callable[["Request"], None]


class Request(http.server.BaseHTTPRequestHandler):
    """A request, and how it is answered."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        server = self.server
        assert isinstance(server, _Server)
        server.asked.append((self.path, dict(self.headers.items())))
        server.callers.add(self.client_address)
        server.handler(self)

    def json(self, value: Any, status: int = 200) -> None:
        self.answer(json.dumps(value).encode("utf-8"), status)

    def answer(self, body: bytes, status: int = 200, **headers: str) -> None:
        """Answers. ``Length`` among the headers is told in place of the true one, and the connection then ends behind the body."""
        self.send_response(status)
        length = headers.pop("Length", None)
        self.send_header("Content-Length", length or str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = length is not None

    def stream(self, text: str) -> None:
        """Answers with events, and ends the connection."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.wfile.write(text.encode("utf-8"))
        self.close_connection = True

    def log_message(self, format: str, *arguments: Any) -> None:
        pass


class _Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True

    def __init__(self, handler: Handler) -> None:
        super().__init__(("127.0.0.1", 0), Request)
        self.handler = handler
        self.asked: List[Tuple[str, Dict[str, str]]] = []
        self.callers: Set[Any] = set()

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # A client that refuses an answer does not read it to its end.


class ControlCase(unittest.TestCase):
    """Has a node, and what asks it."""

    def node(self, handler: Handler) -> AskedNode:
        self.server = _Server(handler)
        thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        context = Context("test", f"127.0.0.1:{self.server.server_address[1]}", None, "", "", ())
        for name in ("tls_context", "NodeConnection.connect"):
            plain = http.client.HTTPConnection.connect if "." in name else None
            patch = mock.patch(
                f"starling.control.transport.{name}", plain or (lambda context: None)
            )
            patch.start()
            self.addCleanup(patch.stop)
        transport = Transport(context)
        self.addCleanup(transport.close)
        return AskedNode(transport, Command(None, None))
