"""What is said of names that nothing bears."""

from __future__ import annotations

from resolver.domain.errors import ErrorReason, NotFound


def no_record(name: str) -> NotFound:
    """There is no such record, or it was withdrawn."""
    return NotFound(ErrorReason.RECORD_NOT_FOUND, f"record {name} does not exist")


def no_identity(name: str) -> NotFound:
    """There is no such identity."""
    return NotFound(ErrorReason.IDENTITY_NOT_FOUND, f"identity {name} does not exist")
