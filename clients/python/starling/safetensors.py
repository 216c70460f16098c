"""Safetensors files, read and written as streams. Nothing in them is ever run, and everything is bounded before it is read.

Source: the format section of the safetensors documentation. What is written is canonical: tensors by name, no gaps, no metadata.
"""

import json
import struct
from typing import Any, BinaryIO, Dict, Iterator, List, Mapping, Optional, Protocol, Tuple, cast

import numpy

from starling.errors import ModelFileError
from starling.schema import (
    ELEMENTS,
    MAX_DIMENSIONS,
    MAX_TENSORS,
    Array,
    Model,
    TensorSpec,
    check_name,
    ordinal,
    schema_of,
)

MAX_HEADER_BYTES = 16 << 20
PIECE_BYTES = 4 << 20
_MOST_DIGITS = 19


class ByteReader(Protocol):
    """What a file is read from."""

    def readinto(self, buffer: Any, /) -> Optional[int]:
        """Reads as many bytes as there are, at most the buffer's; 0 at the end."""


def raw_bytes(array: Array) -> memoryview:
    """An array's own memory; the array must be contiguous."""
    return memoryview(cast(Any, array.reshape(-1).view(numpy.uint8)))


def header_of(specs: List[TensorSpec]) -> bytes:
    """The canonical header of a schema that is sorted by name, with the 8 bytes of its length."""
    parts: List[str] = []
    at = 0
    for spec in specs:
        end = at + spec.stored_bytes
        shape = ",".join(str(dimension) for dimension in spec.shape)
        parts.append(
            f'{_quoted(spec.name)}:{{"dtype":"{spec.element}","shape":[{shape}],"data_offsets":[{at},{end}]}}'
        )
        at = end
    text = ("{" + ",".join(parts) + "}").encode("utf-8")
    text += b" " * (-len(text) % 8)
    if len(text) > MAX_HEADER_BYTES:
        raise ModelFileError(
            f"The header would have {len(text)} bytes of at most {MAX_HEADER_BYTES}."
        )
    return struct.pack("<Q", len(text)) + text


def file_length(specs: List[TensorSpec]) -> int:
    """How long the canonical file is, in bytes."""
    return len(header_of(specs)) + sum(spec.stored_bytes for spec in specs)


def pieces(model: Model) -> Iterator[memoryview]:
    """A model's canonical file, piece by piece, straight from the arrays' memory where they are contiguous."""
    specs = schema_of(model)
    yield memoryview(header_of(specs))
    for spec in specs:
        if spec.stored_bytes == 0:
            continue
        stored = raw_bytes(numpy.ascontiguousarray(model[spec.name], dtype=spec.dtype))
        for at in range(0, len(stored), PIECE_BYTES):
            yield stored[at : at + PIECE_BYTES]


def write(stream: BinaryIO, model: Model) -> None:
    """Writes a model's canonical file."""
    for piece in pieces(model):
        stream.write(piece)


def read(stream: ByteReader, length: int) -> Dict[str, Array]:
    """Reads a file of this many bytes, and each tensor straight into its array.

    Raises ModelFileError for whatever is no safetensors file, ends early or holds a truth value other than 0 and 1.
    """
    specs = read_header(stream, length)
    model: Dict[str, Array] = {}
    for spec in specs:
        model[spec.name] = array = numpy.empty(spec.shape, spec.dtype)
        _fill(stream, array, spec)
    return model


def read_into(stream: ByteReader, length: int, model: Mapping[str, Array]) -> None:
    """Reads a file into arrays that are there already, which must be contiguous, little-endian and of the file's schema.

    Raises ModelFileError as read does; the arrays may then hold a part of the file.
    """
    specs = read_header(stream, length)
    if sorted(specs, key=lambda spec: ordinal(spec.name)) != schema_of(model):
        raise ModelFileError(
            "The file has other tensors than this program's model; names, types and shapes must be the same on every member."
        )
    for spec in specs:
        _fill(stream, model[spec.name], spec)


def read_header(stream: ByteReader, length: int) -> List[TensorSpec]:
    """Reads the header of a file of this many bytes, and proves that the tensors cover the rest exactly.

    Returns the tensors in the order of their bytes.
    """
    prefix = bytearray(8)
    _read_exactly(stream, memoryview(prefix), length, "the header's length")
    (header_length,) = struct.unpack("<Q", prefix)
    if header_length > MAX_HEADER_BYTES or header_length > length - 8:
        raise ModelFileError(f"The header cannot have {header_length} bytes in a file of {length}.")
    text = bytearray(header_length)
    _read_exactly(stream, memoryview(text), length, "the header")
    entries = sorted(_tensors(bytes(text)), key=lambda entry: entry[1:])
    at = 0
    for spec, start, end in entries:
        if start != at or end - start != spec.stored_bytes:
            raise ModelFileError(
                f"'{spec.name}' must lie from byte {at} to {at + spec.stored_bytes}, not {start} to {end}."
            )
        at = end
    if at != length - 8 - header_length:
        raise ModelFileError(
            f"The tensors have {at} bytes, and the file has {length - 8 - header_length} for them."
        )
    return [spec for spec, _, _ in entries]


def _tensors(text: bytes) -> List[Tuple[TensorSpec, int, int]]:
    if text[:1] != b"{":
        raise ModelFileError("The header does not begin with {.")
    try:
        root = json.loads(
            text.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_int=_whole,
            parse_float=_no_number,
            parse_constant=_no_number,
        )
    except (ValueError, RecursionError) as fault:
        if isinstance(fault, ModelFileError):
            raise
        raise ModelFileError(f"The header is no JSON: {str(fault)[:200]}") from None
    metadata = root.pop("__metadata__", {})
    if not isinstance(metadata, dict) or not all(
        isinstance(value, str) for value in metadata.values()
    ):
        raise ModelFileError("The metadata is no object of texts.")
    if len(root) > MAX_TENSORS:
        raise ModelFileError(f"The file has {len(root)} tensors of at most {MAX_TENSORS}.")
    return [_tensor(name, value) for name, value in root.items()]


def _tensor(name: str, value: Any) -> Tuple[TensorSpec, int, int]:
    check_name(name)
    if not isinstance(value, dict) or set(value) != {"dtype", "shape", "data_offsets"}:
        raise ModelFileError(f"'{name}' must have dtype, shape and data_offsets, and nothing else.")
    element, shape, offsets = value["dtype"], value["shape"], value["data_offsets"]
    if not isinstance(element, str) or element not in ELEMENTS:
        raise ModelFileError(f"'{name}' is of a type that is not known: {str(element)[:32]}.")
    if not _are_whole(shape) or len(shape) > MAX_DIMENSIONS:
        raise ModelFileError(f"The shape of '{name}' is none.")
    if not _are_whole(offsets) or len(offsets) != 2:
        raise ModelFileError(f"The offsets of '{name}' are none.")
    return TensorSpec(name, element, tuple(shape)), offsets[0], offsets[1]


def _are_whole(value: Any) -> bool:
    return isinstance(value, list) and all(type(item) is int and item >= 0 for item in value)


def _unique(pairs: List[Tuple[str, Any]]) -> Dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ModelFileError("A name occurs twice in the header.")
    return found


def _whole(text: str) -> int:
    if len(text) > _MOST_DIGITS:
        raise ModelFileError("A number in the header is too large.")
    return int(text)


def _no_number(text: str) -> None:
    raise ModelFileError(f"The header has {text[:32]} where a whole number must be.")


def _quoted(name: str) -> str:
    # Only what JSON demands is escaped, so that every implementation writes the same bytes.
    escaped = "".join(
        "\\" + letter if letter in '"\\' else f"\\u{ord(letter):04x}" if letter < " " else letter
        for letter in name
    )
    return f'"{escaped}"'


def _fill(stream: ByteReader, array: Array, spec: TensorSpec) -> None:
    if spec.stored_bytes == 0:
        return
    stored = raw_bytes(array)
    _read_exactly(stream, stored, spec.stored_bytes, f"'{spec.name}'")
    if spec.element == "BOOL" and numpy.frombuffer(stored, numpy.uint8).max() > 1:
        raise ModelFileError(f"'{spec.name}' holds a truth value that is neither 0 nor 1.")


def _read_exactly(stream: ByteReader, into: memoryview, length: int, what: str) -> None:
    at = 0
    while at < len(into):
        count = stream.readinto(into[at : at + PIECE_BYTES])
        if not count:
            raise ModelFileError(f"The file ends within {what}; {length} bytes were announced.")
        at += count
