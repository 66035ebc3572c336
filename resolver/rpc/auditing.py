"""What is written down of a call, from when it comes in until it is answered."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Final

from resolver.domain.audit import Asked, AuditEntry
from resolver.domain.errors import ErrorReason, InvalidInput, ResolverError, Unauthenticated
from resolver.engine.asked.writes import Write
from resolver.rpc.audit_rules import Rule, inputs, references
from resolver.rpc.call_context import call_context
from resolver.rpc.callers import caller_of
from resolver.rpc.interceptors.handlers import Context

UNHEARD: Final = frozenset(
    {
        ErrorReason.OVERLOADED,
        ErrorReason.SHUTTING_DOWN,
        ErrorReason.STORAGE_FULL,
        ErrorReason.STORE_FAILED,
        ErrorReason.DEADLINE_EXCEEDED,
    }
)
"""Why a call was turned away or given up: nothing was stored or given out for it, and it leaves no entry."""
CANCELLED: Final = "CANCELLED"


@dataclass(slots=True)
class CallAudit:
    """The audit of one call. `recorded`: its entry was written with what it asked for."""

    rule: Rule
    asked: Asked
    recorded: bool = False

    def message(self, request: object) -> Asked:
        """What one message asks, with the call that it came in."""
        return replace(self.asked, inputs=inputs(request), references=references(request, self.rule.request))

    def audited(self, write: Write, request: object = None) -> Write:
        """A write that is written down with what became of it; `request` is its message where a call has several."""
        return replace(write, asked=self.asked if request is None else self.message(request))

    def settled(self, error: ResolverError | None = None) -> None:
        """Learns that a write was answered, or how it was refused."""
        self.recorded = error is None or error.reason not in UNHEARD

    def answered(self, answer: object) -> AuditEntry:
        """The entry of a call that was answered."""
        return AuditEntry(self.asked, references=references(answer, self.rule.answer))

    def ended(self, error: BaseException | None, results: Mapping[str, int] | None = None) -> AuditEntry:
        """The entry of a call that was refused, failed, or was cancelled."""
        return AuditEntry(self.asked, reason_of(error), results or {})


AUDIT: Final[ContextVar[CallAudit | None]] = ContextVar("audit", default=None)
"""The audit of the call that a task serves."""


def reason_of(error: BaseException | None) -> str:
    """How an entry names an error; empty for none."""
    if error is None:
        return ""
    if isinstance(error, ResolverError):
        return error.reason.name
    return ErrorReason.INTERNAL.name if isinstance(error, Exception) else CANCELLED


def is_unheard(error: Exception) -> bool:
    """Whether a call that ends with an error leaves no entry."""
    return isinstance(error, ResolverError) and error.reason in UNHEARD


def asked_by(context: Context, method: str) -> Asked:
    """Who calls a method, and why. What a caller stated is left out where it is refused: it may be anything."""
    try:
        call = call_context(context)
    except Unauthenticated:
        return Asked("", "", "", method)
    except InvalidInput:
        return Asked(_name(context), "", "", method)
    return Asked(call.caller.name if call.caller else "", call.purpose, call.case_reference, method)


def _name(context: Context) -> str:
    caller = caller_of(context)
    return caller.name if caller else ""
