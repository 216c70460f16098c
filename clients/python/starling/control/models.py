"""Committed models, straight from a node into arrays, a module or a file. Each is checked against its blob id before anybody uses it."""

import hashlib
import http.client
import os
import re
import struct
import time
from typing import TYPE_CHECKING, Dict, Iterable, List, Optional, Tuple, Union

from starling import safetensors
from starling.control.errors import AnswerError, CheckError, DataError, UnreachableError
from starling.control.events import (
    FIRST_PAUSE_SECONDS,
    LONGEST_PAUSE_SECONDS,
    PATIENCE_SECONDS,
)
from starling.control.node import AskedNode, place
from starling.control.records import Contract, SavedModel
from starling.control.transport import NodeConnection, unreachable
from starling.errors import ModelFileError
from starling.schema import Array

if TYPE_CHECKING:
    import torch

_CHUNK_BYTES = 1 << 20
_MOST_BYTES = 1 << 38
_MANIFEST_VERSION = 1


class Models:
    """The last committed model of a contract, or the node's own where the protocol commits none."""

    def __init__(self, node: AskedNode) -> None:
        self._node = node

    def download(self, contract: str) -> Dict[str, Array]:
        """The model's tensors by name, as arrays.

        Raises CheckError if the node sent another model than it named, and UnreachableError if the transfer breaks off and cannot go on.
        """
        stream = ModelStream(self._node, contract)
        try:
            arrays = safetensors.read(stream, stream.length)
            stream.check()
            return arrays
        except ModelFileError as fault:
            stream.check()
            raise DataError(f"The model of {contract} is no safetensors file: {fault}") from None
        finally:
            stream.close()

    def load(
        self, contract: str, module: "torch.nn.Module", exchange: Optional[Iterable[str]] = None
    ) -> None:
        """Gets the model into a PyTorch module, in place: device, type and requires_grad stay. ``exchange`` is the callback's.

        Raises WeightsError if the module is of another architecture; it is then as it was.
        """
        import starling.torch

        starling.torch.put(module, self.download(contract), f"The model of {contract}", exchange)

    def save(self, contract: str, file: Union[str, "os.PathLike[str]"]) -> SavedModel:
        """Writes the model to a safetensors file, which is replaced whole or not at all."""
        target = os.path.abspath(os.fspath(file))
        part = f"{target}.part"
        stream = ModelStream(self._node, contract)
        try:
            with open(part, "wb") as written:
                piece = memoryview(bytearray(_CHUNK_BYTES))
                while count := stream.readinto(piece):
                    written.write(piece[:count])
            stream.check()
            os.replace(part, target)
        finally:
            stream.close()
            if os.path.exists(part):
                os.remove(part)
        return SavedModel(target, stream.blob, stream.length)


class ModelStream:
    """A model on its way. When the connection breaks it goes on where it was, if the model is still the same."""

    def __init__(self, node: AskedNode, contract: str) -> None:
        self._node, self._contract = node, contract
        self._path = place("/v1/models/{}/latest", contract)
        settings = node.get(Contract, "/v1/contracts/{}", contract).settings
        most = _MOST_BYTES if settings is None else min(settings.max_model_bytes, _MOST_BYTES)
        self._connection, self._answer = node.transport.open(self._path)
        try:
            #: The model's blob id, which the node names before it sends anything, and its length in bytes.
            self.blob, self.length = _head(self._answer, most)
        except BaseException:
            self._connection.close()
            raise
        self._at = 0
        self._chunk, self._chunks = hashlib.sha256(), bytearray()

    def close(self) -> None:
        """Lets the connection go."""
        self._connection.close()

    def readinto(self, buffer: memoryview, /) -> int:
        """Reads some bytes; 0 at the end."""
        into = buffer[: self.length - self._at]
        if not into:
            return 0
        pause, began = FIRST_PAUSE_SECONDS, time.monotonic()
        while True:
            try:
                count = self._answer.readinto(into)
                if count == 0:
                    raise ConnectionResetError("the connection ended within a model")
                self._count(into[:count])
                return count
            except (OSError, http.client.HTTPException) as fault:
                broken = unreachable(self._connection, fault)
            self._connection.close()
            while True:
                if time.monotonic() - began + pause > PATIENCE_SECONDS:
                    raise broken
                time.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
                try:
                    self._connection, self._answer = self._reopen()
                    break
                except UnreachableError as fault:
                    broken = fault

    def check(self) -> None:
        """Raises CheckError if what was read is not the model that the node named."""
        rest = memoryview(bytearray(_CHUNK_BYTES))
        while self.readinto(rest):
            pass
        if self._at % _CHUNK_BYTES:
            self._chunks += self._chunk.digest()
        count = len(self._chunks) // hashlib.sha256().digest_size
        head = struct.pack(">BqiI", _MANIFEST_VERSION, self.length, _CHUNK_BYTES, count)
        if hashlib.sha256(head + self._chunks).hexdigest() != self.blob:
            raise CheckError(
                f"{self._connection.node} sent another model of {self._contract} than {self.blob}; try again, or another node."
            )

    def _count(self, piece: memoryview) -> None:
        while piece:
            room = _CHUNK_BYTES - self._at % _CHUNK_BYTES
            taken, piece = piece[:room], piece[room:]
            self._chunk.update(taken)
            self._at += len(taken)
            if self._at % _CHUNK_BYTES == 0:
                self._chunks += self._chunk.digest()
                self._chunk = hashlib.sha256()

    def _reopen(self) -> Tuple[NodeConnection, http.client.HTTPResponse]:
        headers: List[Tuple[str, str]] = []
        if self._at:
            headers = [("Range", f"bytes={self._at}-"), ("If-Range", f'"{self.blob}"')]
        connection, answer = self._node.transport.open(self._path, headers)
        whole = re.fullmatch(r"bytes (\d+)-\d+/\d+", answer.headers.get("Content-Range") or "")
        start = int(whole[1]) if whole and answer.status == 206 else 0
        if _tag(answer) != self.blob or start != self._at:
            connection.close()
            raise CheckError(
                f"{self._contract} has committed another round while its model was read; try again."
            )
        return connection, answer


def _head(answer: http.client.HTTPResponse, most: int) -> Tuple[str, int]:
    blob, length = _tag(answer), answer.length or 0
    if not re.fullmatch(r"[0-9a-f]{64}", blob) or length < 1:
        raise AnswerError("The node sends a model without its blob id or its length.")
    if length > most:
        raise CheckError(
            f"The node sends a model of {length} bytes, and the contract allows {most}; do not trust this node."
        )
    return blob, length


def _tag(answer: http.client.HTTPResponse) -> str:
    return (answer.headers.get("ETag") or "").strip('"')
