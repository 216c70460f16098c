"""A node's side of a session, scripted, over a real Unix socket."""

import http.server
import json
import os
import socketserver
import tempfile
import threading
import unittest
import unittest.mock
import urllib.parse
from typing import Any, Callable, Dict, List, Optional, Tuple

TOKEN = "secret"
Answer = Tuple[int, bytes]
Script = Callable[["Handler", str, str, bytes], Optional[Answer]]


def json_answer(value: Any, status: int = 200) -> Answer:
    return status, json.dumps(value).encode("utf-8")


def problem(status: int, detail: str) -> Answer:
    return json_answer({"status": status, "detail": detail}, status)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "Node"

    def address_string(self) -> str:
        return "program"

    def log_message(self, *_: Any) -> None:
        pass

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        self.server.requests.append((self.command, self.path, body))
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            answer: Optional[Answer] = problem(403, "The token is not this session's.")
        else:
            answer = self.server.script(self, self.command, self.path, body)
        if answer is None:  # The script broke the connection.
            self.close_connection = True
            return
        self.send_response(answer[0])
        self.send_header("Content-Length", str(len(answer[1])))
        self.end_headers()
        self.wfile.write(answer[1])

    do_GET = do_POST = do_PUT = _serve


class Node(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """Answers as its script does, and keeps what it was asked."""

    daemon_threads = True

    def __init__(self, path: str, script: Script) -> None:
        super().__init__(path, Handler)
        self.script = script
        self.requests: List[Tuple[str, str, bytes]] = []
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # A program that has gone is part of the tests.

    def stop(self) -> None:
        self.shutdown()
        self.server_close()


class Swarm:
    """A contract of one member: each update is the next merge. What it answers can be changed between requests."""

    def __init__(self, rounds: int, interval: int = 2) -> None:
        self.terms: Dict[str, Any] = {
            "protocol": "leader",
            "rounds": rounds,
            "syncInterval": interval,
            "minPeers": 2,
            "mergeRule": "mean",
            "adaptive": False,
            "maxWeight": 1_000_000,
        }
        self.max_model_bytes = 1 << 30
        self.round = 1
        self.number = 1
        self.base = b""
        self.checked_in = ""
        self.updates: List[Tuple[Dict[str, str], bytes]] = []
        self.measured: List[Dict[str, Any]] = []
        self.failures: List[str] = []
        self.finished = False
        self.before: Optional[Script] = None
        self.lock = threading.Lock()

    def __call__(self, handler: Handler, method: str, path: str, body: bytes) -> Optional[Answer]:
        with self.lock:
            if self.before is not None:
                script, self.before = self.before, None
                answer = script(handler, method, path, body)
                if answer is None or answer[0] != 0:
                    return answer
            return self._answer(handler, method, urllib.parse.urlsplit(path), body)

    def _answer(
        self, handler: Handler, method: str, path: urllib.parse.SplitResult, body: bytes
    ) -> Answer:
        query = dict(urllib.parse.parse_qsl(path.query))
        if path.path == "/v1/session":
            self.schema = json.loads(body)["schema"]
            return json_answer(
                {
                    "node": "spiffe://lab.example/a/node",
                    "contract": "small",
                    "member": 0,
                    "members": 3,
                    "maxModelBytes": self.max_model_bytes,
                    "terms": self.terms,
                }
            )
        if path.path == "/v1/assignment":
            if int(query["after"]) >= self.number:
                return 204, b""
            return json_answer(
                {
                    "number": self.number,
                    "round": self.round,
                    "batches": self.terms["syncInterval"],
                    "done": 0,
                    "hasBase": bool(self.base),
                    "last": self.last,
                }
            )
        word, number = path.path.split("/")[2:]
        if int(number) != self.number:
            return problem(409, "There is another assignment by now, or none; ask for it.")
        return self._work(handler, word, query, body)

    def _work(self, handler: Handler, word: str, query: Dict[str, str], body: bytes) -> Answer:
        if word == "base":
            start = handler.headers.get("Range")
            if start:
                return 206, self.base[int(start[len("bytes=") : -1]) :]
            return 200, self.base
        if word == "update":
            self.updates.append((query, body))
            self.checked_in = query.get("checkIn", "")
            self.merge(body)
            return 200, b""
        if word == "measured":
            self.measured.append(json.loads(body))
        elif word == "failed":
            self.failures.append(json.loads(body)["reason"])
        elif word == "finished":
            self.finished = True
        return 200, b""

    @property
    def last(self) -> bool:
        return bool(self.round > self.terms["rounds"])

    def merge(self, body: bytes) -> None:
        """Goes on to the next round, or to the end if the program has checked in."""
        self.base = body
        self.number += 1
        self.round = self.terms["rounds"] + 1 if self.checked_in else self.round + 1


class SessionCase(unittest.TestCase):
    """Tests beside a scripted node, which the environment names."""

    def start(self, swarm: Script) -> Node:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.socket = os.path.join(folder.name, "node.sock")
        node = Node(self.socket, swarm)
        self.addCleanup(node.stop)
        variables = {"STARLING_SESSION_SOCKET": self.socket, "STARLING_SESSION_TOKEN": TOKEN}
        environment = unittest.mock.patch.dict(os.environ, variables)
        environment.start()
        self.addCleanup(environment.stop)
        os.environ.pop("STARLING_LOOPBACK", None)
        return node
