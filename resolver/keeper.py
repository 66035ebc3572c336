"""The keeper: carries out what becomes of records with time, within the writer's transaction.

dates of the policy, the owner or an extension -> told when due -> purged when expired -> partition -> decision
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from resolver.access.rights import WriteRights
from resolver.domain.decision import Decision, DecisionKind
from resolver.domain.errors import ErrorReason, NotFound, Refused
from resolver.domain.purged import purged_name
from resolver.domain.record import source_of
from resolver.domain.retention import Dates, Extended, Kept, Purge, PurgeReason
from resolver.domain.swept import Swept
from resolver.identity.neighbourhood import Move, Neighbourhood, Outcome
from resolver.identity.policy import Policy
from resolver.keeping import AT_ONCE, ExtendRetention, Keeping, PurgeExpired, RewriteStore, TellDue
from resolver.ledger import Counters
from resolver.retention.policy import RetentionPolicy
from resolver.store.feed_rows import CommittedDecision
from resolver.store.purging import Purged
from resolver.store.receipts import Receipts, keys_of
from resolver.store.redaction import told_as_purge
from resolver.store.resident import KnownRecord
from resolver.store.writer import Writer


class Keeper:
    """Belongs to the writer's thread. Holds no state of its own beyond its tools."""

    def __init__(
        self,
        writer: Writer,
        receipts: Receipts,
        policy: Policy,
        retention: RetentionPolicy,
        digest_key: bytes,
        clock: Callable[[], datetime],
    ) -> None:
        self._writer = writer
        self._receipts = receipts
        self._policy = policy
        self._retention = retention
        self._digest_key = digest_key
        self._clock = clock

    def carry_out(self, asked: Keeping, rights: WriteRights | None, counters: Counters) -> Extended | Swept:
        """Carries out what is alone in its transaction, with the rights of who asks.

        Raises:
            ResolverError: it does not fit what is there; nothing was written.
        """
        now = counters.time = max(self._clock(), counters.time)
        match asked:
            case ExtendRetention():
                return self._extend(asked, rights, now)
            case TellDue():
                return self._tell(counters)
            case PurgeExpired():
                return self._purge(counters)
            case RewriteStore():
                return Swept(())

    def _extend(self, asked: ExtendRetention, rights: WriteRights | None, now: datetime) -> Extended:
        record = self._writer.known_records([asked.name]).get(asked.name)
        if rights is not None:
            rights.check_withdrawal(asked.name, None if record is None else record.standing.owner)
        if record is None or record.withdrawn:
            raise NotFound(ErrorReason.RECORD_NOT_FOUND, f"record {asked.name} does not exist")
        before = self._writer.retention.kept([record.number])[record.number]
        after = self._extended(before, asked)
        if after.dates != before.dates:
            self._writer.write_retention([after], replacing=True)
            self._writer.retention.write_extension(after, now, asked.by, asked.reason)
        return Extended(asked.name, after.dates)

    def _extended(self, before: Kept, asked: ExtendRetention) -> Kept:
        dates = before.dates
        review, expiry = asked.review or dates.review, asked.expiry or dates.expiry
        longest = self._retention.longest(dates.record_class, before.since)
        if expiry > longest:
            message = f"records of this class are kept until {longest} at most"
            raise Refused(ErrorReason.RETENTION_TOO_LONG, message)
        if review < dates.review or expiry < dates.expiry:
            message = f"an extension cannot come before {dates.review} and {dates.expiry}"
            raise Refused(ErrorReason.RETENTION_NOT_LATER, message)
        after = replace(before, extended=(review, expiry))
        return self._retention.renewed(after, source_of(asked.name))

    def _tell(self, counters: Counters) -> Swept:
        until = (counters.time + self._retention.notice).date()
        due = self._writer.retention.due(until, AT_ONCE)
        known = self._writer.known_records([name for name, _, _ in due])
        identities = self._writer.identities([record.number for record in known.values()])
        decisions = [self._due(known[name], identities[known[name].number], dates, counters) for name, _, dates in due]
        self._writer.write_decisions(decisions)
        self._writer.retention.told([record.number for record in known.values()])
        self._writer.retention.write_swept(counters.time)
        return Swept(tuple(item.decision for item in decisions))

    def _due(self, record: KnownRecord, identity: int, dates: Dates, counters: Counters) -> CommittedDecision:
        counters.sequence += 1
        outcome = _nothing_moves(DecisionKind.REVIEW_DUE, record.number)
        decision = self._receipts.decision(
            replace(outcome, identity=identity),
            {record.number: record.name},
            record.version,
            counters.sequence,
            counters.time,
        )
        # It is the owner's business alone: no other record of the identity is concerned.
        return CommittedDecision(replace(decision, due=dates), outcome)

    def _purge(self, counters: Counters) -> Swept:
        expired = self._writer.retention.expired(counters.time.date(), AT_ONCE)
        known = self._writer.known_records(expired)
        kept = self._writer.retention.kept([record.number for record in known.values()])
        gone, decisions = [], []
        for name in expired:
            record = known[name]
            digest = purged_name(self._digest_key, name)
            decision = self._take_out(record, digest, kept[record.number], counters)
            decisions.append(decision)
            gone.append(Purged(record.number, name, digest, decision.sequence))
        if gone:
            self._writer.purge(gone)
        return Swept(tuple(decisions))

    def _take_out(self, record: KnownRecord, digest: str, kept: Kept, counters: Counters) -> Decision:
        """Takes the content of a record out, and its identity apart where it held that together."""
        number = record.number
        around = Neighbourhood(self._policy)
        if record.withdrawn:
            outcome = _nothing_moves(DecisionKind.PURGED, number)
        else:
            self._writer.load(around, [number], set())
            self._writer.replace_content([number], {})
            outcome = around.withdraw(number)
        keys = keys_of(around.facts) | {number: record.name}
        counters.sequence += 1
        decision = self._receipts.decision(outcome, keys, record.version, counters.sequence, counters.time)
        parted = outcome.kind in (DecisionKind.SPLIT, DecisionKind.REGROUPED)
        purge = Purge(kept.dates.record_class, PurgeReason.EXPIRED, parted)
        told = told_as_purge(decision, digest, purge)
        self._writer.write_decisions([CommittedDecision(told, outcome)])
        return told


def _nothing_moves(kind: DecisionKind, record: int) -> Outcome:
    moves: tuple[Move, ...] = ()
    return Outcome(kind, record, None, moves, (), (), (), (), ())
