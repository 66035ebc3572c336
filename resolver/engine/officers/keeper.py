"""The keeper: carries out what becomes of records with time, within the writer's transaction.

dates of the policy, the owner or an extension -> told when due -> purged when expired -> partition -> decision
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from resolver.access.rights import WriteRights
from resolver.domain.decision import DecisionKind
from resolver.domain.errors import ErrorReason, NotFound, Refused
from resolver.domain.purged import purged_name
from resolver.domain.record import source_of
from resolver.domain.retention import Dates, Extended, Kept, Purge, PurgeReason
from resolver.domain.swept import Swept
from resolver.engine.asked.retention import AT_ONCE, ExtendRetention, Keeping, PurgeExpired, RewriteStore, TellDue
from resolver.engine.officers.counters import Counters
from resolver.identity.differences import Move
from resolver.identity.neighbourhood import Neighbourhood, Outcome
from resolver.identity.policy import Policy
from resolver.identity.telling import Teller
from resolver.retention.policy import RetentionPolicy
from resolver.store.feed_rows import CommittedDecision
from resolver.store.purging import Purged
from resolver.store.receipts import Receipts
from resolver.store.redaction import told_as_purge
from resolver.store.resident import KnownRecord
from resolver.store.staged_rows import StagedRows
from resolver.store.writer import Writer


class Keeper:
    """Belongs to the writer's thread. Holds no state of its own beyond its tools."""

    def __init__(
        self,
        writer: Writer,
        staged: StagedRows,
        receipts: Receipts,
        policy: Policy,
        retention: RetentionPolicy,
        digest_key: bytes,
        clock: Callable[[], datetime],
    ) -> None:
        self._writer = writer
        self._staged = staged
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
        around = self._with_identities([record.number for record in known.values()])
        teller = self._writer.around.teller(around)
        decisions = [self._due(known[name], around, teller, dates, counters) for name, _, dates in due]
        self._writer.write_decisions(decisions)
        self._writer.retention.told([record.number for record in known.values()])
        self._writer.retention.write_swept(counters.time)
        return Swept(tuple(item.decision for item in decisions))

    def _with_identities(self, numbers: Sequence[int]) -> Neighbourhood:
        """The identities of present records, and where somebody may not see all, what hangs together with them."""
        around = Neighbourhood(self._policy, identities=self._writer.identities(numbers))
        around.names |= self._writer.names(set(around.identities.values()).union(numbers))
        if self._writer.around.guarded:
            self._writer.around.load(around, numbers, set())
        return around

    def _due(
        self, record: KnownRecord, around: Neighbourhood, teller: Teller, dates: Dates, counters: Counters
    ) -> CommittedDecision:
        counters.sequence += 1
        number = record.number
        outcome = _nothing_moves(DecisionKind.REVIEW_DUE, number)
        told = teller.note(replace(outcome, identity=around.identities[number]))
        found = self._receipts.committed(told, around.names, {number: record.version}, counters.sequence, counters.time)
        # It is the owner's business alone: no other record of the identity is concerned.
        return replace(
            found,
            decision=replace(found.decision, due=dates),
            outcome=outcome,
            told=tuple(
                replace(
                    each, decision=replace(each.decision, due=dates), outcome=outcome, concerned=frozenset({number})
                )
                for each in found.told
            ),
        )

    def _purge(self, counters: Counters) -> Swept:
        self._staged.expire(counters.time.date())
        names = self._writer.retention.expired(counters.time.date(), AT_ONCE)
        if not names:
            return Swept(())
        known = self._writer.known_records(names)
        expired = [known[name] for name in names]
        kept = self._writer.retention.kept([record.number for record in expired])
        digests = {name: purged_name(self._digest_key, name) for name in names}
        told = [_as_purge(each, digests, kept[each.outcome.record]) for each in self._taken_out(expired, counters)]
        self._writer.write_decisions(told)
        self._writer.purge(
            [
                Purged(record.number, record.name, digests[record.name], item.sequence)
                for record, item in zip(expired, told, strict=True)
            ]
        )
        return Swept(tuple(item.decision for item in told))

    def _taken_out(self, records: Sequence[KnownRecord], counters: Counters) -> list[CommittedDecision]:
        """Takes the content of records out, and identities apart where they held those together."""
        present = [record.number for record in records if not record.withdrawn]
        around, loaded = Neighbourhood(self._policy), set[int]()
        self._writer.around.load(around, present, loaded)
        self._writer.around.load_ends(around, loaded)
        teller = self._writer.around.teller(around, [record.number for record in records])
        self._writer.replace_content(present, {})
        keys = around.names | {record.number: record.name for record in records}
        found = []
        for record in records:
            number = record.number
            gone = _nothing_moves(DecisionKind.PURGED, number)
            told = teller.note(gone) if record.withdrawn else teller.withdraw(number)
            counters.sequence += 1
            versions = {number: record.version}
            found.append(self._receipts.committed(told, keys, versions, counters.sequence, counters.time))
        return found


def _as_purge(found: CommittedDecision, digests: Mapping[str, str], kept: Kept) -> CommittedDecision:
    """A decision that takes a record out as it is told, to everybody: by a digest, and with why."""
    return replace(
        found,
        decision=told_as_purge(found.decision, digests, _purge_of(kept, found.outcome)),
        told=tuple(
            replace(each, decision=told_as_purge(each.decision, digests, _purge_of(kept, each.outcome)))
            for each in found.told
        ),
    )


def _purge_of(kept: Kept, outcome: Outcome) -> Purge:
    parted = outcome.kind in (DecisionKind.SPLIT, DecisionKind.REGROUPED)
    return Purge(kept.dates.record_class, PurgeReason.EXPIRED, parted)


def _nothing_moves(kind: DecisionKind, record: int) -> Outcome:
    moves: tuple[Move, ...] = ()
    return Outcome(kind, record, None, moves, (), (), (), (), ())
