"""The auditor: writes the audit log within the writer's transaction, and removes what is older than it is kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from resolver.domain.audit import NOBODY, AuditEntry, Checkpoint, Head, WrittenEntry, chained
from resolver.store.audit_rows import AuditRows

PRUNE_EVERY: Final = timedelta(hours=1)


class Auditor:
    """Belongs to the writer's thread. Heads are handed in and out, so that what is undone leaves nothing here."""

    def __init__(self, rows: AuditRows, kept: timedelta | None) -> None:
        """Takes how long entries are kept; None: for ever."""
        self._rows = rows
        self._kept = kept
        self._pruned = datetime.min  # noqa: DTZ901 - times are UTC without zone

    def write(self, entries: Iterable[AuditEntry], head: Head, time: datetime) -> Head:
        """Appends entries after a head, and returns the head that this makes."""
        written: list[WrittenEntry] = []
        for entry in entries:
            written.append(chained(head, time, entry))
            head = written[-1].head
        self._rows.write(written)
        return head

    def prune(self, head: Head, time: datetime) -> Head:
        """Removes entries that are too old, now and then, and appends one that says up to where."""
        if self._kept is None or time - self._pruned < PRUNE_EVERY:
            return head
        self._pruned = time
        through = self._rows.before(time - self._kept)
        if through is None:
            return head
        self._rows.remove(through.number)
        return self.write([AuditEntry(NOBODY, checkpoint=Checkpoint(through))], head, time)
