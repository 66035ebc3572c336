"""What is said of a page token that continues a list from what is gone, or was never there for who asks."""

from __future__ import annotations

from resolver.domain.errors import ErrorReason, FieldViolation


def continues_what_is_gone() -> FieldViolation:
    """The violation of the token."""
    return FieldViolation("page_token", "continues a list from what is gone", ErrorReason.PAGE_TOKEN_INVALID)
