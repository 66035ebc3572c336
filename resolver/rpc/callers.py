"""The caller of a call is what its client certificate says, and nothing that a message or its metadata claim."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from resolver.domain.caller import Caller
from resolver.domain.errors import ErrorReason, Unauthenticated
from resolver.rpc.interceptors.handlers import Context
from resolver.standardise.countries import is_country

URI_KEY: Final = "peer_uri"
"""gRPC's name for the URI subject alternative names of a peer's certificate."""
TRANSPORT_KEY: Final = "transport_security_type"
AUTHORITY_OF_CALLER: Final = r"([A-Z]{1,3})/([A-Za-z0-9._-]{1,63})"
"""Country and authority in a caller's name; whether there is such a country is looked at apart."""
_URI: Final = re.compile(rf"ftf://{AUTHORITY_OF_CALLER}/([A-Za-z0-9._-]{{1,63}})")


def caller_of(context: Context) -> Caller | None:
    """The caller of a call; None for plain text, which has no certificates and is served on loopback only.

    Raises:
        Unauthenticated: CALLER_UNKNOWN, when the certificate does not name exactly one caller.
    """
    about = context.auth_context()
    if b"ssl" not in about.get(TRANSPORT_KEY, ()):
        return None
    return parse_caller(about.get(URI_KEY, ()))


def parse_caller(uris: Iterable[bytes]) -> Caller:
    """The caller that the URI names of one certificate state.

    Raises:
        Unauthenticated: CALLER_UNKNOWN; there is none, more than one, another form, or no such country.
    """
    names = tuple(uris)
    if len(names) != 1:
        raise _unknown(f"must have exactly one URI name, and has {len(names)}")
    found = _URI.fullmatch(names[0].decode("ascii", "replace"))
    if found is None:
        raise _unknown("must have a URI name of the form ftf://{country}/{authority}/{system}")
    caller = Caller(*found.groups())
    if not is_country(caller.country):
        raise _unknown("has a URI name whose country is not a known country code")
    return caller


def _unknown(fault: str) -> Unauthenticated:
    return Unauthenticated(ErrorReason.CALLER_UNKNOWN, f"the client certificate {fault}")
