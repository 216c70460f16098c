"""The contexts of the command line: whom it talks to, and as whom. They are read from its own file; it alone changes them."""

import os
import sys
from typing import List, Mapping, Optional, Sequence, Union

from starling.control.command import Command, CommandName, option, path, word
from starling.control.decoding import decode, parse, record
from starling.control.errors import AnswerError, ConfigurationError, UsageError
from starling.control.records import Context

_MOST_BYTES = 4 << 20

#: One file or several.
Files = Union[str, Sequence[str]]

#: The setting of a context that names the task runner which is meant unless another is named.
RUNNER = "runner"


class Contexts:
    """The user's contexts, of which exactly one is active. It asks no node."""

    def __init__(self, command: Optional[CommandName] = None) -> None:
        self._command = Command(command, None)

    @property
    def active(self) -> Optional[str]:
        """The active context's name; None if there is no context."""
        return _read().active

    def list(self) -> "List[Context]":
        """All contexts, by name."""
        return _read().contexts

    def info(self, name: Optional[str] = None) -> Context:
        """A context; the active one unless it is named."""
        return _read().find(name)

    def create(
        self,
        name: str,
        *,
        certificate: str,
        key: str,
        trust: Files,
        address: Optional[str] = None,
        service: Optional[str] = None,
        node: Optional[str] = None,
    ) -> Context:
        """Adds a context, which is the active one if it is the first. Give either ``address`` (port 30304) or ``service`` (port 443); files are PEM."""
        words = ["context", "create", word(name, "a context")]
        words += [*option("address", address), *option("service", service), *option("node", node)]
        words += [*option("certificate", path(certificate)), *option("key", path(key))]
        for file in files(trust):
            words += option("anchors", file)
        return record(Context, self._command.run(*words), "The context")

    def switch(self, name: str) -> Context:
        """Makes another context the active one."""
        answer = self._command.run("context", "switch", word(name, "a context"))
        return record(Context, answer, "The context")

    def remove(self, name: str) -> None:
        """Forgets a context. Its files stay."""
        self._command.run("context", "remove", word(name, "a context"))

    def settings(self, name: Optional[str] = None) -> Mapping[str, str]:
        """A context's settings, of which ``runner`` names the usual task runner."""
        return self.info(name).environment

    def set(self, setting: str, value: str, name: Optional[str] = None) -> Mapping[str, str]:
        """Changes a setting; an empty text takes it away. Clients that are made from here on know it."""
        words = ["context", "env", "set", word(setting, "a setting")]
        if value and value[0] in "-@":
            raise UsageError(f"{value!r:.80} cannot be a setting's value.")
        words += [value, *option("context", None if name is None else word(name, "a context"))]
        return _texts(self._command.run(*words))


def here(
    address: str,
    certificate: Optional[str],
    key: Optional[str],
    trust: Optional[Files],
    node: Optional[str],
) -> Context:
    """A context that is written nowhere. Raises UsageError if something is missing."""
    if certificate is None or key is None or not trust:
        raise UsageError(
            "A client with an address needs certificate, key and trust: your certificate, its private key and the authorities that vouch for the node, PEM files."
        )
    return Context("here", address, node, path(certificate), path(key), tuple(files(trust)))


def files(named: Files) -> List[str]:
    """Full paths of one file or of several."""
    return [path(file) for file in ([named] if isinstance(named, (str, os.PathLike)) else named)]


class _Book:
    def __init__(self, active: Optional[str], contexts: List[Context]) -> None:
        self.active, self.contexts = active, contexts

    def find(self, name: Optional[str]) -> Context:
        wanted = name if name is not None else self.active
        if wanted is None:
            raise UsageError(
                "There is no context; make one with starling.Contexts().create(...), or give address, certificate, key and trust."
            )
        for context in self.contexts:
            if context.name == wanted:
                return context
        known = ", ".join(context.name for context in self.contexts[:8]) or "none"
        raise UsageError(f"There is no context '{wanted}'; there are: {known}.")


def _read() -> _Book:
    file = os.path.join(_folder(), "contexts.json")
    try:
        with open(file, "rb") as stream:
            text = stream.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        return _Book(None, [])
    except OSError as fault:
        raise ConfigurationError(f"{file} cannot be read ({fault.strerror}).") from None
    try:
        book = parse(text, file)
        found = book.get("contexts") if isinstance(book, dict) else None
        if len(text) > _MOST_BYTES or not isinstance(found, list):
            raise AnswerError(f"{file} is no list of contexts")
        active = decode(Optional[str], book.get("active"), f"{file}: active")
        return _Book(active, [record(Context, each, f"{file}: a context") for each in found])
    except AnswerError as fault:
        raise ConfigurationError(
            f"{file} is damaged ({fault}); mend it, or remove it and make your contexts anew."
        ) from None


def _folder() -> str:
    home = os.environ.get("STARLING_HOME")
    if home:
        return path(home)
    if sys.platform == "win32":
        base = os.environ.get("APPDATA") or os.path.expanduser(r"~\AppData\Roaming")
    elif sys.platform == "darwin":
        base = os.path.expanduser("~/Library/Application Support")
    else:
        base = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    return os.path.join(base, "starling")


def _texts(value: object) -> Mapping[str, str]:
    read: Mapping[str, str] = decode(Mapping[str, str], value, "The settings")
    return read
