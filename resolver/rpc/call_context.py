"""What a call states about itself, read from its certificate and its call metadata."""

from __future__ import annotations

from resolver.domain.call_context import CallContext
from resolver.domain.errors import InvalidInput
from resolver.rpc.callers import caller_of
from resolver.rpc.interceptors.handlers import Context
from resolver.rpc.interceptors.purpose import CASE_KEY, PURPOSE_KEY, purpose_violations


def call_context(context: Context) -> CallContext:
    """Who calls, why, and in which case.

    Raises:
        Unauthenticated: CALLER_UNKNOWN, when the certificate does not name exactly one caller.
        InvalidInput: PURPOSE_REQUIRED, for what the call metadata lack.
    """
    caller = caller_of(context)
    metadata = context.invocation_metadata()
    violations = purpose_violations(metadata)
    if violations:
        raise InvalidInput(violations)
    given = {str(key): str(value) for key, value in metadata or ()}
    return CallContext(caller, given[PURPOSE_KEY], given[CASE_KEY])
