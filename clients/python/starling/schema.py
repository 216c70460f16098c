"""The names, element types and shapes of a model's tensors, and the hash by which all members know that theirs are the same."""

import hashlib
import struct
from typing import Any, Dict, Iterable, List, Mapping, NamedTuple, Tuple

import numpy

from starling.errors import ModelFileError

Array = numpy.ndarray[Any, numpy.dtype[Any]]
Model = Mapping[str, Array]

#: The upper half of binary32, which NumPy has no numbers for: two raw bytes, under a name of their own.
BF16 = numpy.dtype([("bf16", "<u2")])

MAX_TENSORS = 65_536
MAX_NAME_LENGTH = 256
MAX_DIMENSIONS = 8

#: Element types by their names in a file, with the numbers that the hash is made of. Little-endian whatever the machine is.
ELEMENTS: Dict[str, Tuple[int, "numpy.dtype[Any]"]] = {
    "F32": (0, numpy.dtype("<f4")),
    "F16": (1, numpy.dtype("<f2")),
    "BF16": (2, BF16),
    "I8": (3, numpy.dtype("i1")),
    "U8": (4, numpy.dtype("u1")),
    "I16": (5, numpy.dtype("<i2")),
    "I32": (6, numpy.dtype("<i4")),
    "I64": (7, numpy.dtype("<i8")),
    "BOOL": (8, numpy.dtype("?")),
}


class TensorSpec(NamedTuple):
    """One tensor of a schema."""

    name: str
    element: str
    shape: Tuple[int, ...]

    @property
    def dtype(self) -> "numpy.dtype[Any]":
        """How NumPy stores the elements."""
        return ELEMENTS[self.element][1]

    @property
    def stored_bytes(self) -> int:
        """What the elements take in a file."""
        count = 1
        for dimension in self.shape:
            count *= dimension
        return count * int(self.dtype.itemsize)


def ordinal(name: str) -> bytes:
    """By which names are sorted: as UTF-16 code units, which differs from code points above the basic plane."""
    return name.encode("utf-16-be", "surrogatepass")


def element_of(name: str, dtype: "numpy.dtype[Any]") -> str:
    """The element type of an array."""
    little = dtype.newbyteorder("<")
    for element, (_, stored) in ELEMENTS.items():
        if stored == little:
            return element
    raise ModelFileError(
        f"'{name}' is of type {dtype}, which cannot be exchanged; convert it to float32."
    )


def schema_of(model: Model) -> List[TensorSpec]:
    """A model's schema, sorted by name.

    Raises ModelFileError if no file can hold it.
    """
    if len(model) > MAX_TENSORS:
        raise ModelFileError(
            f"A model has at most {MAX_TENSORS} tensors, not {len(model)}; exchange fewer."
        )
    specs = [
        TensorSpec(name, element_of(name, model[name].dtype), tuple(model[name].shape))
        for name in sorted(model, key=ordinal)
    ]
    for spec in specs:
        check_name(spec.name)
        if len(spec.shape) > MAX_DIMENSIONS:
            raise ModelFileError(
                f"'{spec.name}' has {len(spec.shape)} dimensions; at most {MAX_DIMENSIONS} can be exchanged."
            )
    return specs


def check_name(name: str) -> None:
    """Raises ModelFileError for a name that no tensor can have."""
    units = len(ordinal(name)) // 2
    if units == 0 or units > MAX_NAME_LENGTH or name == "__metadata__":
        raise ModelFileError(
            f"A tensor cannot be named '{name[:32]}': 1 to {MAX_NAME_LENGTH} characters, and not __metadata__."
        )
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        raise ModelFileError("A tensor's name holds half of a surrogate pair.") from None


def schema_hash(specs: Iterable[TensorSpec]) -> str:
    """The SHA-256 of names, types and shapes, in hexadecimal: big-endian numbers, texts as UTF-8 behind their length in bytes."""
    ordered = sorted(specs, key=lambda spec: ordinal(spec.name))
    digest = hashlib.sha256(struct.pack(">i", len(ordered)))
    for spec in ordered:
        name = spec.name.encode("utf-8")
        digest.update(struct.pack(">i", len(name)) + name)
        digest.update(struct.pack(">Bi", ELEMENTS[spec.element][0], len(spec.shape)))
        digest.update(struct.pack(f">{len(spec.shape)}q", *spec.shape))
    return digest.hexdigest()
