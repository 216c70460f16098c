"""What the parts of a client share: the node that is asked, the command that signs, and which task runner is meant."""

import json
import os
import tempfile
import urllib.parse
from contextlib import contextmanager
from typing import Any, Iterator, List, Mapping, Optional, Type, TypeVar, Union

from starling.control.command import PATIENCE_SECONDS, Command, path, word
from starling.control.contexts import RUNNER
from starling.control.decoding import record
from starling.control.errors import UsageError
from starling.control.records import ContractKind, ContractSummary, Stage
from starling.control.transport import Transport

Record = TypeVar("Record")

#: A YAML file, or what would be in it.
Document = Union[str, "os.PathLike[str]", Mapping[str, Any]]


class AskedNode:
    """One node: reads go to it, and what is decided goes through the command."""

    def __init__(self, transport: Transport, command: Command) -> None:
        self.transport, self.command = transport, command

    def get(self, kind: Type[Record], template: str, *names: Union[str, int]) -> Record:
        """Reads one thing. Each ``{}`` of the path is a name."""
        where = place(template, *names)
        return record(kind, self.transport.get(where), f"The answer to {where}")

    def all(self, kind: Type[Record], template: str, *names: Union[str, int]) -> List[Record]:
        """Reads a whole list."""
        where = place(template, *names)
        items, _ = self.transport.pages(where)
        return [record(kind, item, f"An item of {where}") for item in items]

    def decide(self, kind: Type[Record], *words: str, timeout: float = PATIENCE_SECONDS) -> Record:
        """Has the command sign and append something."""
        return record(kind, self.command.run(*words, timeout=timeout), "What was printed")

    def runner(self, named: Optional[str]) -> str:
        """The task runner that is meant: the one that is named, else the context's, else the only one there is.

        Raises UsageError if that cannot be told.
        """
        told = named or self.transport.context.environment.get(RUNNER)
        if told:
            return word(told, "a task runner")
        there = [
            each.contract
            for each in self.all(ContractSummary, "/v1/contracts")
            if each.kind == ContractKind.RUNNER and each.stage != Stage.DELETED
        ]
        if len(there) != 1:
            known = f"there are several ({', '.join(there[:8])})" if there else "there is none"
            raise UsageError(
                f"Which task runner is meant cannot be told, for {known}; name one, or set it by starling.Contexts().set('{RUNNER}', NAME)."
            )
        return there[0]


def place(template: str, *names: Union[str, int]) -> str:
    """A path of the API with names in it, each one part of it whatever its letters."""
    return template.format(*(urllib.parse.quote(part(each), safe="") for each in names))


def part(name: Union[str, int]) -> str:
    """A name that can stand in a path. Raises UsageError for one that would lead elsewhere."""
    text = str(name)
    if text in ("", ".", ".."):
        raise UsageError(f"{text!r} is no name.")
    return text


@contextmanager
def document(given: Document) -> Iterator[str]:
    """A YAML file's full path; what is no file is written to one, which is removed again. JSON is YAML, too."""
    if not isinstance(given, Mapping):
        yield path(given)
        return
    with tempfile.TemporaryDirectory(prefix="starling-") as folder:
        file = os.path.join(folder, "document.yaml")
        try:
            text = json.dumps(given, ensure_ascii=False, allow_nan=False)
        except (TypeError, ValueError) as fault:
            raise UsageError(
                f"This cannot be written as YAML ({fault}); use texts, numbers, lists and dictionaries."
            ) from None
        with open(file, "w", encoding="utf-8") as stream:
            stream.write(text)
        yield file
