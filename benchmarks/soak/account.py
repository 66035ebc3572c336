"""What the clients of a soak were told, to be compared with what the server has in the end."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import grpc
from google.rpc import error_details_pb2
from grpc_status import rpc_status

OVERLOADED = ("RESOURCE_EXHAUSTED", "OVERLOADED")
ALLOWED: dict[str, set[tuple[str, str]]] = {
    "stream": {("OK", "")},
    "single": {("OK", ""), OVERLOADED},
    "repeat": {("OK", ""), OVERLOADED},
    "read": {("OK", "")},
    "dry run": {("OK", ""), OVERLOADED},
    "malformed": {
        ("INVALID_ARGUMENT", reason)
        for reason in ("FIELD_INVALID", "NAME_MISSING", "DATE_INVALID", "COUNTRY_UNKNOWN", "RECORD_NAME_INVALID")
    }
    | {("INVALID_ARGUMENT", "TEXT_NOT_ALLOWED"), ("INVALID_ARGUMENT", "LIMIT_EXCEEDED")},
    # The code is the client's own word for a line that broke; a fault of the server would be in its log.
    "vanishing": {("UNAVAILABLE", ""), ("INTERNAL", ""), ("OK", "")},
    "cancelled": {("CANCELLED", ""), ("OK", ""), ("RESOURCE_EXHAUSTED", "")},
    "expired": {("DEADLINE_EXCEEDED", ""), ("DEADLINE_EXCEEDED", "DEADLINE_EXCEEDED"), ("OK", ""), OVERLOADED},
    "slow feed": {("OK", "")},
    "judgement": {
        ("OK", ""),
        OVERLOADED,
        ("ALREADY_EXISTS", "VERDICT_EXISTS"),
        ("FAILED_PRECONDITION", "VERDICT_CONTRADICTS"),
    },
    "burst": {("OK", ""), OVERLOADED},
}
"""The codes and reasons with which a kind of call may end. Anything else is a fault of the server.

Bursts fill the lane that single writes share with them; those are then refused as well, and told when to come again.
"""


@dataclass
class Account:
    """Outcomes by kind of call, and what was acknowledged."""

    outcomes: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    acknowledged: dict[str, str] = field(default_factory=dict)
    """Records by name, with the identity of the receipt."""
    whole: list[tuple[str, ...]] = field(default_factory=list)
    """Names of records of a call, or of a part of a message of a stream, that were not acknowledged: all of them are
    stored, or none."""
    faults: list[str] = field(default_factory=list)
    """What was wrong, in words."""
    seconds: dict[str, list[float]] = field(default_factory=dict)
    """How long calls took that succeeded."""

    def ended(self, kind: str, code: str) -> None:
        """Counts a call of which only the code is of interest."""
        self._count(kind, code, "")

    def succeeded(self, kind: str, seconds: float) -> None:
        """Counts a call that ended well."""
        self._count(kind, "OK", "")
        self.seconds.setdefault(kind, []).append(seconds)

    def failed(self, kind: str, error: grpc.RpcError) -> None:
        """Counts a call that failed, and looks at how."""
        reason, delay = _reason_and_delay(error)
        self._count(kind, error.code().name, reason)
        if reason == "OVERLOADED" and delay <= 0:
            self.faults.append(f"{kind}: refused as overload without a time to come again")

    def _count(self, kind: str, code: str, reason: str) -> None:
        self.outcomes[kind, code, reason] += 1
        if (code, reason) not in ALLOWED[kind]:
            self.faults.append(f"{kind} ended with {code} {reason}")


def _reason_and_delay(error: grpc.RpcError) -> tuple[str, float]:
    status = rpc_status.from_call(error)
    reason, delay = "", 0.0
    for detail in status.details if status is not None else ():
        info, retry = error_details_pb2.ErrorInfo(), error_details_pb2.RetryInfo()
        if detail.Unpack(info):
            reason = info.reason
        elif detail.Unpack(retry):
            delay = retry.retry_delay.ToTimedelta().total_seconds()
    return reason, delay
