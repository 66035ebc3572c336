"""The reading side of the store. Every call takes its own cursor, so calls may come from any thread.

Calls that take a viewer answer with what it sees, as if there were nothing else; None sees everything.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b
from typing import Any

from resolver.domain.decision import Decision
from resolver.domain.handling import Viewer
from resolver.domain.review import OpenTask
from resolver.identity.names import IdentityNames
from resolver.identity.policy import Policy
from resolver.linkage.model import Model
from resolver.store import queries
from resolver.store.audit import AuditLog
from resolver.store.consumers import Consumers
from resolver.store.database import Database
from resolver.store.decision_rows import decision_from_text
from resolver.store.explanations import Explanations
from resolver.store.feed import Feed
from resolver.store.forwards import Forwards
from resolver.store.judgements import Judgements
from resolver.store.numbering import NOBODYS, Numbering
from resolver.store.operations import Operations
from resolver.store.places import Places
from resolver.store.plans import Plans
from resolver.store.reading import Reading
from resolver.store.receipts import TASKS, Receipts
from resolver.store.retention import Retention
from resolver.store.seen import SeenIdentities
from resolver.store.sight import Sight, Values
from resolver.store.staged_sources import StagedSources
from resolver.store.vetted_rows import VettedModels
from resolver.store.views import Forwarding, StoredIdentity, StoredRecord


class Reader:
    """Answers questions about what is committed. All calls block; each thread works on its own cursor."""

    def __init__(
        self, database: Database, model: Model, policy: Policy, names: IdentityNames, receipts: Receipts
    ) -> None:
        self._database = database
        self._names = names
        self.reading = Reading(database)
        rows = self.reading.rows
        self._numbering = Numbering(self.reading, names)
        self.places = Places(self.reading)
        self.judgements = Judgements(self.reading, receipts)
        self.feed = Feed(self.reading, self.places)
        self.consumers = Consumers(self.reading, self.feed)
        self.audit = AuditLog(rows)
        self.plans = Plans(rows)
        self.retention = Retention(self.reading, names, self._numbering.place)
        self.operations = Operations(rows)
        self.staged = StagedSources(rows)
        self.vetted = VettedModels(rows)
        self._seen = SeenIdentities(self.reading)
        self._forwards = Forwards(self.reading, self._numbering, self._seen)
        self.explanations = Explanations(self.reading, self, self._seen, model, policy)

    def interrupt(self, thread: int) -> None:
        """Stops the query that a thread (`threading.get_ident`) runs now; its call raises."""
        self.reading.interrupt(thread)

    def open_cursors(self) -> int:
        """How many cursors are open, one for each thread that ever read."""
        return self.reading.open_cursors()

    def close(self) -> None:
        """Closes all cursors. No call may be running."""
        self.reading.close()

    def head(self) -> int:
        """The place of the newest decision in the feed; 0 when there is none."""
        return int(self._rows(queries.HEAD)[0][0])

    def store_id(self) -> int:
        """A number that tells this store from others, for cursors."""
        return self._database.store_id

    def cursor_key(self) -> bytes:
        """What cursors are sealed by that are good in every view; each store has its own."""
        return blake2b(key=self._database.naming_key, person=b"cursors", digest_size=32).digest()

    def resolve_with(self, model: Model, policy: Policy) -> None:
        """Explains by another model and policy from now on."""
        self.explanations.resolve_with(model, policy)

    def record(self, name: str, as_of: datetime | None = None, viewer: Viewer | None = None) -> StoredRecord | None:
        """A record in its current version, a withdrawn one included; or as it was at a past moment.

        Moments are UTC, without zone, here and below.
        """

        def read(sight: Sight | None) -> StoredRecord | None:
            if as_of is None:
                found = self._dated(_seen(self._rows(queries.RECORD, [name]), sight))
            else:
                found = [self._record(row) for row in _seen(self._rows(queries.RECORD_AS_OF, [name, as_of]), sight)]
            return found[0] if found else None

        return self.reading.seen_by(viewer, read)

    def records(self, source: str, after: int, limit: int, viewer: Viewer | None = None) -> list[StoredRecord]:
        """Records of a source (`sources/x`) in the order of acceptance, without the withdrawn ones.

        They begin after the record with the handle `after`, or with the first for 0.

        Raises:
            InvalidInput: PAGE_TOKEN_INVALID; there is no such record any more.
        """

        def read(sight: Sight | None) -> list[StoredRecord]:
            place = self._numbering.place(after, sight)
            if sight is None:
                return self._dated(self._rows(queries.RECORDS, [source, place, limit]))
            wanted = sight.seen(source=source, after=place, limit=limit)
            return self._dated(self._rows(queries.RECORDS_SEEN, wanted))

        return self.reading.seen_by(viewer, read)

    def record_versions(self, name: str, below: int, limit: int, viewer: Viewer | None = None) -> list[StoredRecord]:
        """Versions of a record below `below` (0: all), newest first."""

        def read(sight: Sight | None) -> list[StoredRecord]:
            if sight is None:
                rows = self._rows(queries.RECORD_VERSIONS, [name, below, below, limit])
            else:
                rows = self._rows(queries.RECORD_VERSIONS_SEEN, sight.seen(name=name, below=below, limit=limit))
            return [self._record(row) for row in rows]

        return self.reading.seen_by(viewer, read)

    def hidden(self, names: Collection[str], viewer: Viewer | None) -> frozenset[str]:
        """Those of some records, staged ones among them, by their names, that a viewer may not see."""

        def read(sight: Sight | None) -> frozenset[str]:
            if sight is None:
                return frozenset()
            found = self._rows(queries.GUARDS_OF_NAMED, [list(names)])
            return frozenset(name for name, guard in found if not sight.sees(guard))

        return self.reading.seen_by(viewer, read)

    def records_of(self, identity: StoredIdentity, viewer: Viewer | None = None) -> tuple[StoredRecord, ...]:
        """The records that are in an identity now, the oldest first."""

        def read(sight: Sight | None) -> tuple[StoredRecord, ...]:
            if sight is None:
                rows = self._rows(queries.RECORDS_OF_IDENTITY, [identity.number])
            else:
                members = self._seen.members(identity.number, sight)
                rows = self._rows(queries.NUMBERED_RECORDS_SEEN, sight.seen(records=members))
            return tuple(self._record(row) for row in rows)

        return self.reading.seen_by(viewer, read)

    def identity(self, name: str, as_of: datetime | None = None, viewer: Viewer | None = None) -> StoredIdentity | None:
        """The identity that bears a name now, or bore it at a past moment."""

        def read(sight: Sight | None) -> StoredIdentity | None:
            number = self._numbering.named_within(sight, name)
            return None if number is None else self._numbered(number, sight, as_of)

        return self.reading.seen_by(viewer, read)

    def identity_of(
        self, record: str, as_of: datetime | None = None, viewer: Viewer | None = None
    ) -> StoredIdentity | None:
        """The identity that a record is in, or was in at a past moment; None for one that is unknown or withdrawn."""

        def read(sight: Sight | None) -> StoredIdentity | None:
            if sight is not None:
                numbers = self._rows(queries.NUMBER_OF_RECORD, [record]) or [(NOBODYS,)]
                number = self._seen.of_record(numbers[0][0], sight, as_of)
                return None if number is None else self._numbered(number, sight, as_of)
            if as_of is None:
                rows = self._rows(queries.IDENTITY_OF_RECORD, [record])
            else:
                rows = self._rows(queries.IDENTITY_OF_RECORD_AS_OF, [as_of, record])
            return self._numbered(rows[0][0], None, as_of) if rows else None

        with self.reading.snapshot():
            return self.reading.seen_by(viewer, read)

    def forward(self, identity: str, viewer: Viewer | None = None) -> Forwarding | None:
        """The identity that a name leads to now: where its record is, or where those went that it left."""

        def read(sight: Sight | None) -> Forwarding | None:
            return self._forwards.follow(identity, sight, self._numbered)

        with self.reading.snapshot():
            return self.reading.seen_by(viewer, read)

    def identities(
        self,
        after: int,
        limit: int,
        minimum_records: int,
        as_of: datetime | None = None,
        viewer: Viewer | None = None,
    ) -> list[StoredIdentity]:
        """Identities in the order of their oldest records, now or at a past moment; `after` as in `records`."""

        def read(sight: Sight | None) -> list[StoredIdentity]:
            place = self._numbering.place(after, sight)
            rows: Sequence[tuple[Any, ...]]
            if sight is not None:
                rows = self._seen.page(place, minimum_records, limit, sight, as_of)
            elif as_of is None:
                rows = self._rows(queries.IDENTITIES, [place, minimum_records, limit])
            else:
                rows = self._rows(queries.IDENTITIES_AS_OF, [as_of, place, minimum_records, limit])
            return [self._identity(row) for row in rows]

        return self.reading.seen_by(viewer, read)

    def task(self, name: str, now: datetime, viewer: Viewer | None = None) -> OpenTask | None:
        """The open review task of a name, `reviewTasks/{identity}-{identity}`."""
        one, _, other = name.removeprefix(TASKS).partition("-")
        if not name.startswith(TASKS):
            return None
        low, high = (self._numbering.named(f"identities/{key}") or NOBODYS for key in (one, other))
        return self.judgements.task(low, high, now, viewer)

    def decisions(self, after: int, limit: int, viewer: Viewer | None = None) -> list[Decision]:
        """The feed after a place."""
        return self.feed.decisions(after, limit, viewer)

    def decisions_of_record(self, record: str, after: int, limit: int, viewer: Viewer | None = None) -> list[Decision]:
        """Decisions about one record after a place of the feed."""

        def read(sight: Sight | None) -> list[Decision]:
            if sight is None:
                return self._decisions(queries.DECISIONS_OF_RECORD, [record, after, limit])
            return self._decisions(
                queries.DECISIONS_OF_RECORD_TOLD, sight.told(record=record, after=after, limit=limit)
            )

        return self.reading.seen_by(viewer, read)

    def decisions_of_identity(
        self, identity: str, after: int, limit: int, viewer: Viewer | None = None
    ) -> list[Decision]:
        """Decisions that changed an identity of this name, after a place of the feed."""

        def read(sight: Sight | None) -> list[Decision]:
            number = self._numbering.named(identity)
            if sight is None:
                return self._decisions(queries.DECISIONS_OF_IDENTITY, [number, after, limit])
            return self._decisions(
                queries.DECISIONS_OF_IDENTITY_TOLD, sight.told(identity=number, after=after, limit=limit)
            )

        return self.reading.seen_by(viewer, read)

    def _numbered(self, number: int, sight: Sight | None, as_of: datetime | None = None) -> StoredIdentity | None:
        if sight is not None:
            row = self._seen.numbered(number, sight, as_of)
            return None if row is None else self._identity(row)
        if as_of is None:
            rows = self._rows(queries.IDENTITY, [number])
        else:
            rows = self._rows(queries.IDENTITY_AS_OF, [as_of, number])
        return self._identity(rows[0]) if rows else None

    def _dated(self, rows: Sequence[tuple[Any, ...]]) -> list[StoredRecord]:
        records = [self._record(row) for row in rows]
        dates = self.retention.dates([record.number for record in records])
        return [replace(record, dates=dates.get(record.number)) for record in records]

    def _decisions(self, query: str, values: Values) -> list[Decision]:
        return [decision_from_text(*row) for row in self._rows(query, values)]

    def _identity(self, row: tuple[Any, ...]) -> StoredIdentity:
        number, records, create_time, revision, update_time = row
        handle = self._names.handle(number, records[0])
        name = self._names.name_of(handle)
        return StoredIdentity(name, number, tuple(records), create_time, update_time, revision, handle)

    def _record(self, row: tuple[Any, ...]) -> StoredRecord:
        name, number, payload, version, withdrawn, create_time, update_time, *_ = row
        handle = self._names.handle(number, name)
        return StoredRecord(name, number, bytes(payload), version, withdrawn, create_time, update_time, handle)

    def _rows(self, query: str, values: Values = ()) -> list[tuple[Any, ...]]:
        return self.reading.rows(query, values)


def _seen(rows: Sequence[tuple[Any, ...]], sight: Sight | None) -> list[tuple[Any, ...]]:
    """Those of the rows, which end with the guards of a record and of its version, that are within a sight."""
    return [row for row in rows if sight is None or sight.sees(*row[-2:])]
