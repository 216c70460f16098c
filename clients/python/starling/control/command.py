"""The ``starling`` command, which signs what an admin decides: his key is used there and nowhere else."""

import json
import os
import shutil
import subprocess
import tempfile
from typing import Any, Dict, List, Optional, Sequence, Union

from starling.control.decoding import parse
from starling.control.errors import (
    AnswerError,
    CommandMissingError,
    TimedOutError,
    UsageError,
    error_of,
)
from starling.control.records import Context

#: The variable that names the command.
VARIABLE = "STARLING_COMMAND"

#: How long a command may take unless told otherwise, in seconds.
PATIENCE_SECONDS = 600.0

_MOST_OUTPUT_BYTES = 256 << 20
_MOST_WORDS = 4000

CommandName = Union[str, Sequence[str]]


class Command:
    """Carries out commands of the command line, without a shell. With a context they are given in it and in no other."""

    def __init__(self, command: Optional[CommandName], context: Optional[Context]) -> None:
        self._named, self._context = command, context
        self._home: Optional[tempfile.TemporaryDirectory[str]] = None

    def close(self) -> None:
        """Removes what it wrote."""
        if self._home is not None:
            self._home.cleanup()
            self._home = None

    def run(self, *words: str, timeout: float = PATIENCE_SECONDS) -> Any:
        """Carries a command out, and returns what it printed as JSON.

        Raises what its exit code stands for with its own words, CommandMissingError, and TimedOutError if it takes longer than ``timeout`` seconds, when it is killed.
        """
        environment = dict(os.environ)
        environment.pop("STARLING_DEBUG", None)
        if self._context is not None:
            environment["STARLING_HOME"] = self._private_home(self._context)
        line = [*self._program(), *words, "--json"]
        spoken = "starling " + " ".join(words[:2])
        try:
            ended = subprocess.run(
                line,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=environment,
                timeout=timeout,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise TimedOutError(
                f"'{spoken}' did not end within {timeout:g} s and was killed; look whether it was done before you try again."
            ) from None
        except OSError as fault:
            raise CommandMissingError(f"{line[0]} cannot be run ({fault.strerror}).") from None
        if ended.returncode != 0:
            raise error_of(ended.returncode, _words(ended.stderr, spoken, ended.returncode))
        if len(ended.stdout) > _MOST_OUTPUT_BYTES:
            raise AnswerError(f"'{spoken}' printed more than {_MOST_OUTPUT_BYTES} bytes.")
        return parse(ended.stdout, f"What '{spoken}' printed")

    def _program(self) -> List[str]:
        named = self._named if self._named is not None else os.environ.get(VARIABLE) or "starling"
        words = [named] if isinstance(named, str) else list(named)
        found = shutil.which(words[0]) if words else None
        if found is None:
            raise CommandMissingError(
                f"There is no command '{words[0] if words else ''}', by which what you decide is signed; put starling on the PATH, or name it by Client(command=...) or by {VARIABLE}."
            )
        return [found, *words[1:]]

    def _private_home(self, context: Context) -> str:
        # What others switch meanwhile changes nothing here. The file names the key; the key stays where it is.
        if self._home is None:
            self._home = tempfile.TemporaryDirectory(prefix="starling-")
            path = os.path.join(self._home.name, "contexts.json")
            written: Dict[str, Any] = {"active": context.name, "contexts": [_json(context)]}
            with open(path, "x", encoding="utf-8") as file:
                json.dump(written, file)
        return self._home.name


def option(name: str, value: Optional[str]) -> List[str]:
    """An option with its value, in one word so that no value can become an option; nothing if there is no value.

    Raises UsageError for an empty one, since the command line would take the next word in its place, and for one with a zero byte.
    """
    if value is None:
        return []
    if not value or "\0" in value:
        raise UsageError(f"--{name} cannot be {value!r:.80}.")
    return [f"--{name}={value}"]


def word(text: str, what: str) -> str:
    """A name as an argument. Raises UsageError for what the command line would not take as one: it can become no option and no file of arguments."""
    if (
        not isinstance(text, str)
        or not text
        or text[0] in "-@["
        or any(letter <= " " or letter == "\x7f" for letter in text)
    ):
        raise UsageError(f"{text!r:.80} cannot name {what}.")
    return text


def path(file: Union[str, "os.PathLike[str]"]) -> str:
    """A file's full path, which begins with no dash."""
    return os.path.abspath(os.fspath(file))


def _json(context: Context) -> Dict[str, Any]:
    made: Dict[str, Any] = {
        "name": context.name,
        "address": context.address,
        "certificate": context.certificate,
        "key": context.key,
        "anchors": list(context.anchors),
        "environment": dict(context.environment),
    }
    if context.node is not None:
        made["node"] = context.node
    return made


def _words(error: bytes, spoken: str, code: int) -> str:
    lines = error.decode("utf-8", "replace").splitlines()
    told = [line[len("error: ") :] for line in lines if line.startswith("error: ")]
    text = "\n".join(told or lines)[-_MOST_WORDS:].strip()
    return text or f"'{spoken}' ended with exit code {code} and said nothing."
