"""What callers may be granted."""

from __future__ import annotations

from enum import Enum


class Role(Enum):
    """A set of methods, by what its bearer does; see `methods`."""

    CONTRIBUTOR = "CONTRIBUTOR"
    """Sends records and withdraws them."""
    READER = "READER"
    """Reads records, identities, explanations and verdicts, and follows the feed."""
    SCREENER = "SCREENER"
    """Asks what would become of a record, and stores nothing."""
    REVIEWER = "REVIEWER"
    """Works off review tasks, gives and takes back verdicts, and approves of models."""
    SUPERVISOR = "SUPERVISOR"
    """Reads everything, and changes nothing."""
    OPERATOR = "OPERATOR"
    """Makes backups, trains models and tries them out, plans and applies re-resolution, sees how far consumers are."""
