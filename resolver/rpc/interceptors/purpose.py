"""Why a caller asks: required of every call that reads or writes personal data, and checked before all else."""

from __future__ import annotations

from typing import Any, Final

import grpc

from resolver.domain.errors import ErrorReason, FieldViolation, InvalidInput
from resolver.domain.purpose import PURPOSES
from resolver.rpc import limits
from resolver.rpc.interceptors.handlers import Context, Continuation, Handler, checking, is_ours

PURPOSE_KEY: Final = "x-purpose"
CASE_KEY: Final = "x-case-reference"


class PurposeInterceptor(grpc.aio.ServerInterceptor):
    """Refuses calls of the contract without a known purpose and a case reference."""

    async def intercept_service(
        self, continuation: Continuation, handler_call_details: grpc.HandlerCallDetails
    ) -> Handler | None:
        """Lets health and reflection pass."""
        handler = await continuation(handler_call_details)
        if handler is None or not is_ours(handler_call_details.method):
            return handler
        return checking(handler, _check)


def purpose_violations(metadata: Any) -> tuple[FieldViolation, ...]:  # noqa: ANN401 - pairs, of changing types in gRPC
    """What the call metadata lack: one known `x-purpose`, one `x-case-reference` of 1 to 100 printable characters."""
    given: dict[str, list[str]] = {PURPOSE_KEY: [], CASE_KEY: []}
    for key, value in metadata or ():
        if key in given:
            given[key].append(str(value))
    found = []
    for key, values in given.items():
        value = values[0].strip() if values else ""
        if not value:
            found.append(_violation(key, "is required"))
        elif len(values) > 1:
            found.append(_violation(key, f"must be given once, and is given {len(values)} times"))
        elif key == PURPOSE_KEY and values[0] not in PURPOSES:
            found.append(_violation(key, f"must be one of {', '.join(sorted(PURPOSES))}"))
        elif key == CASE_KEY and (len(values[0]) > limits.CASE_REFERENCE or not values[0].isprintable()):
            found.append(_violation(key, f"must be 1 to {limits.CASE_REFERENCE} printable characters"))
    return tuple(found)


def _violation(key: str, description: str) -> FieldViolation:
    return FieldViolation(key, description, ErrorReason.PURPOSE_REQUIRED)


def _check(context: Context) -> None:
    violations = purpose_violations(context.invocation_metadata())
    if violations:
        raise InvalidInput(violations)
