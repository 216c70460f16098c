"""Reads a node's JSON into frozen dataclasses, each field checked. Fields that are not known are left out; one that is missing is a clear error."""

import base64
import binascii
import dataclasses
import datetime
import enum
import functools
import json
import math
import re
import typing
from typing import Any, Dict, Mapping, Tuple, Type, TypeVar

from starling.control.errors import AnswerError

Record = TypeVar("Record")

_MOST_DIGITS = 19
_INSTANT = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)", re.ASCII
)


def parse(text: bytes, where: str) -> Any:
    """Reads JSON. Raises AnswerError for what is none, and for numbers that no node writes."""
    try:
        return json.loads(text, parse_int=_whole, parse_constant=_no_number)
    except (ValueError, RecursionError) as fault:
        raise AnswerError(f"{where} is no JSON: {str(fault)[:200]}") from None


def record(kind: Type[Record], value: Any, where: str) -> Record:
    """Reads an object into a dataclass, whose snake-case fields are the object's camel-case ones. A field with a default may be missing.

    Raises AnswerError with the place of what is missing or of another type.
    """
    if not isinstance(value, dict):
        raise AnswerError(f"{where} is no object.")
    given: Dict[str, Any] = {}
    for name, hint, optional in _fields(typing.cast(Any, kind)):
        camel = camel_case(name)
        found = value.get(camel)
        if found is None and optional:
            continue
        if found is None and not _may_be_none(hint):
            raise AnswerError(
                f"{where} has no '{camel}': it is of another version than this client."
            )
        given[name] = decode(hint, found, f"{where}.{camel}")
    return kind(**given)


def decode(hint: Any, value: Any, where: str) -> Any:
    """Reads a value of a type: text, number, truth value, instant, bytes in Base64, enum, tuple, mapping from text, dataclass, or None where that is allowed."""
    origin = typing.get_origin(hint)
    if _may_be_none(hint):
        inner = next(each for each in typing.get_args(hint) if each is not type(None))
        return None if value is None else decode(inner, value, where)
    if origin is tuple:
        _must(isinstance(value, list), where, "list")
        inner = typing.get_args(hint)[0]
        return tuple(decode(inner, each, f"{where}[{at}]") for at, each in enumerate(value))
    if origin is not None:
        _must(isinstance(value, dict), where, "object")
        kind = typing.get_args(hint)[1]
        return {name: decode(kind, each, f"{where}.{name}") for name, each in value.items()}
    if dataclasses.is_dataclass(hint):
        return record(typing.cast(Type[Any], hint), value, where)
    return _scalar(hint, value, where)


def camel_case(name: str) -> str:
    """``exit_code`` as the API writes it: ``exitCode``."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _scalar(hint: Any, value: Any, where: str) -> Any:
    if hint is bool:
        _must(isinstance(value, bool), where, "truth value")
    elif hint is int:
        _must(type(value) is int and abs(value) < 1 << 63, where, "whole number")
    elif hint is float:
        _must(type(value) in (int, float) and math.isfinite(value), where, "number")
        return float(value)
    else:
        _must(isinstance(value, str), where, "text")
        if hint is datetime.datetime:
            return _instant(value, where)
        if hint is bytes:
            return _bytes(value, where)
        if issubclass(hint, enum.Enum):
            return _word(hint, value, where)
    return value


def _word(kind: Type[enum.Enum], value: str, where: str) -> enum.Enum:
    try:
        return kind(value)
    except ValueError:
        raise AnswerError(
            f"{where} is '{value[:64]}', which this client does not know: it is of another version."
        ) from None


def _instant(text: str, where: str) -> datetime.datetime:
    match = _INSTANT.fullmatch(text)
    try:
        if match is None:
            raise ValueError
        fraction = (match[2] or "0").ljust(6, "0")[:6]
        zone = "+00:00" if match[3] == "Z" else match[3]
        return datetime.datetime.fromisoformat(f"{match[1]}.{fraction}{zone}")
    except ValueError:
        raise AnswerError(f"{where} is no instant: '{text[:64]}'.") from None


def _bytes(text: str, where: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise AnswerError(f"{where} is no Base64.") from None


@functools.lru_cache(maxsize=None)
def _fields(kind: Any) -> Tuple[Tuple[str, Any, bool], ...]:
    hints: Mapping[str, Any] = typing.get_type_hints(kind)
    missing = dataclasses.MISSING
    return tuple(
        (
            field.name,
            hints[field.name],
            field.default is not missing or field.default_factory is not missing,
        )
        for field in dataclasses.fields(kind)
    )


def _may_be_none(hint: Any) -> bool:
    return type(None) in typing.get_args(hint)


def _must(holds: bool, where: str, what: str) -> None:
    if not holds:
        raise AnswerError(f"{where} must be a {what}: it is of another version than this client.")


def _whole(text: str) -> int:
    if len(text) > _MOST_DIGITS + 1:
        raise ValueError("a number is too large")
    return int(text)


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no number")
