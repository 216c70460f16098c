"""Whom a client trusts: the node's certificate must lead to one of the context's authorities and name the node by its SPIFFE ID. Host names mean nothing."""

import re
import ssl
from typing import Any, List, Mapping, Optional

from starling.control.errors import IdentityError
from starling.control.records import Context

_SCHEME = "spiffe://"
_MOST_FILE_BYTES = 1 << 20
_MOST_CERTIFICATES = 16
_SPIFFE = re.compile(r"spiffe://[a-z0-9._-]{1,255}(/[A-Za-z0-9._-]+){2}", re.ASCII)
_EXPIRED, _NOT_YET_VALID = 10, 9  # X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_CERT_NOT_YET_VALID


def tls_context(context: Context) -> ssl.SSLContext:
    """What a connection needs: TLS 1.3, the caller's certificate, and the context's authorities alone.

    Raises IdentityError with the file that cannot be used.
    """
    made = _bare_context()
    for file in context.anchors:
        try:
            made.load_verify_locations(cadata=_text(file))
        except (ssl.SSLError, ValueError) as fault:
            raise IdentityError(
                f"{file} holds no certificates in PEM that can be used ({fault}); name another file."
            ) from None
    if not 0 < len(made.get_ca_certs()) <= _MOST_CERTIFICATES * len(context.anchors):
        raise IdentityError(
            f"{', '.join(context.anchors)} must hold certificates of authorities, up to {_MOST_CERTIFICATES} a file; name other files."
        )
    _text(context.certificate)
    _text(context.key)
    try:
        made.load_cert_chain(context.certificate, context.key, password=_no_password)
    except (ssl.SSLError, OSError, ValueError) as fault:
        raise IdentityError(
            f"{context.key} is not the private key of {context.certificate}, or cannot be read ({fault}); name the two files that were issued together."
        ) from None
    return made


def bound_to(context: Context, made: ssl.SSLContext, node: str) -> Optional[ssl.SSLContext]:
    """A context that trusts the authorities of the node's own trust domain alone, and those that name none; None if the one given has no others.

    As among nodes, no authority vouches for a node of another domain.
    """
    bare, described = made.get_ca_certs(binary_form=True), made.get_ca_certs()
    domain = node[len(_SCHEME) :].split("/")[0]
    fitting = [
        authority
        for authority, facts in zip(bare, described)
        if domain in (_domain(facts) or domain,)
    ]
    if len(fitting) == len(bare):
        return None
    if not fitting:
        raise IdentityError(
            f"Nothing was asked of the node: no authority of {domain} that you trust vouches for {node}; name one among your anchors, if you trust it."
        )
    bound = _bare_context()
    bound.load_verify_locations(cadata=b"".join(fitting))
    bound.load_cert_chain(context.certificate, context.key, password=_no_password)
    return bound


def _domain(facts: Mapping[str, Any]) -> Optional[str]:
    for kind, value in facts.get("subjectAltName", ()):
        if kind == "URI" and value.startswith(_SCHEME):
            return str(value[len(_SCHEME) :].split("/")[0])
    return None


def check_node(certificate: Optional[Mapping[str, Any]], expected: Optional[str]) -> str:
    """The SPIFFE ID of a node whose certificate was verified.

    Raises IdentityError if it names no node, or another than is expected.
    """
    names = (certificate or {}).get("subjectAltName", ())
    found: List[str] = [value for kind, value in names if kind == "URI"]
    if len(found) != 1 or not _SPIFFE.fullmatch(found[0]):
        raise IdentityError(
            "Nothing was asked of the node: its certificate names no node; its one URI must be spiffe://trust-domain/organisation/node."
        )
    if expected not in (None, found[0]):
        raise IdentityError(
            f"Nothing was asked of the node: it is {found[0]}, and {expected} was meant; correct the address, or whom you expect there."
        )
    return found[0]


def objection(fault: ssl.SSLError) -> Optional[str]:
    """Why one side does not trust the other, a sentence with the remedy; None if that is not what went wrong."""
    if isinstance(fault, ssl.SSLCertVerificationError):
        if fault.verify_code in (_EXPIRED, _NOT_YET_VALID):
            return f"Nothing was asked of the node: {fault.verify_message} of its certificate; renew it there, or check the clocks."
        return f"Nothing was asked of the node: no authority that you trust vouches for its certificate ({fault.verify_message}); name its authority among your anchors, if you trust it."
    if "ALERT" in (fault.reason or ""):
        return f"The node does not accept your certificate ({(fault.reason or '').lower().replace('_', ' ')}); show one that an authority of the node's issued and that has not expired."
    return None


def _bare_context() -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.minimum_version = ssl.TLSVersion.TLSv1_3
    made.check_hostname = False  # A node is known by its SPIFFE ID, which is looked at next.
    made.verify_mode = ssl.CERT_REQUIRED
    return made


def _text(file: str) -> str:
    try:
        with open(file, "rb") as stream:
            text = stream.read(_MOST_FILE_BYTES + 1)
    except OSError as fault:
        raise IdentityError(
            f"{file} is missing or cannot be read ({fault.strerror}); name another file."
        ) from None
    if len(text) > _MOST_FILE_BYTES:
        raise IdentityError(f"{file} is too long for a file of certificates; name another file.")
    return text.decode("ascii", "replace")


def _no_password() -> str:
    # Without it OpenSSL would ask at the terminal, and the program would stand still.
    raise ValueError("it is encrypted")
