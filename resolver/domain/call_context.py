"""What a call states about itself beside its message: who calls, why, and in which case."""

from __future__ import annotations

from dataclasses import dataclass

from resolver.domain.caller import Caller


@dataclass(frozen=True, slots=True)
class CallContext:
    """The caller of the certificate, None in plain text; a purpose of the list; 1 to 100 characters of a case."""

    caller: Caller | None
    purpose: str
    case_reference: str
