"""A line of the log for each call that failed."""

from __future__ import annotations

import logging

from resolver.rpc.calls import Call, CallWatcher

_log = logging.getLogger(__name__)
_OUR_FAULT = {"INTERNAL", "UNKNOWN", "DATA_LOSS"}


class CallLog(CallWatcher):
    """Logs method, code, reason, duration and the call's number; a success has no line."""

    def call_begun(self, call: Call) -> None:
        """Nothing is said yet."""

    def call_ended(self, call: Call, code: str, seconds: float) -> None:
        """Logs a failure: as an error when the service is at fault, else as information."""
        if code == "OK":
            return
        fields = {
            "method": call.method,
            "code": code,
            "reason": call.reason or "NONE",
            "seconds": round(seconds, 4),
            "call": call.number,
        }
        _log.log(logging.ERROR if code in _OUR_FAULT else logging.INFO, "call failed", extra={"fields": fields})
