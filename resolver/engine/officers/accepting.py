"""Which changes of a round are carried out: those that may and that say something new, each made ready."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from resolver.domain.errors import ResolverError
from resolver.domain.finding import Finding
from resolver.domain.marking import Marking
from resolver.domain.record import standing
from resolver.domain.retention import Stated
from resolver.engine.asked.submission import Submission
from resolver.engine.asked.writes import Change, Sender
from resolver.engine.officers.counters import Counters
from resolver.engine.officers.refusing import refusal
from resolver.linkage.model import Model
from resolver.standardise.findings import findings
from resolver.store.content import Content, content_of
from resolver.store.resident import KnownRecord


@dataclass(frozen=True, slots=True)
class Accepted:
    """A change that will be carried out; `content` is None for a withdrawal.

    `former_country` is that of the owner before, where the change states another. `stated` is what the owner says of
    how long it is kept, and `marking` of how to handle it; None for a withdrawal, which changes nothing of that.
    `guarded`: there are some who do not see the record, as it was or as it is to be.
    """

    place: int
    record: KnownRecord
    payload: bytes
    content: Content | None
    replaces: bool
    findings: tuple[Finding, ...]
    former_country: str = ""
    stated: Stated | None = None
    guarded: bool = False
    marking: Marking | None = None


@dataclass
class Round:
    """What one round will do."""

    accepted: list[Accepted] = field(default_factory=list)
    repeated: list[tuple[int, KnownRecord, tuple[Finding, ...]]] = field(default_factory=list)
    refused: dict[int, ResolverError] = field(default_factory=dict)

    @property
    def apart(self) -> list[Accepted]:
        """Those that replace what is hidden from somebody: it must not tell how others are carried out together."""
        return [item for item in self.accepted if item.replaces and item.guarded]


def round_of(
    changes: Sequence[tuple[int, Change]],
    senders: Sequence[Sender],
    known: Mapping[str, KnownRecord],
    counters: Counters,
    now: datetime,
    model: Model,
) -> Round:
    """What becomes of changes to distinct records, each with its place and sent as its sender may.

    `known` are the records among them that were accepted before; `counters` give numbers to new ones.
    """
    found = Round()
    for place, change in changes:
        before = known.get(change.name)
        error = refusal(change, before, senders[place].rights)
        digest = _digest(change)
        if error is not None:
            found.refused[place] = error
        elif before is not None and before.digest == digest:
            found.repeated.append((place, before, flaws_in(change, now)))
        elif isinstance(change, Submission):
            content = content_in(change, model)
            record = _next_version(change, before, digest, counters, now)
            found.accepted.append(_accept(place, change, before, record, content, now))
        elif before is not None:
            guarded = before.guard is not None
            found.accepted.append(Accepted(place, _withdrawn(before, digest), b"", None, True, (), guarded=guarded))
    return found


def content_in(change: Submission, model: Model) -> Content:
    """What the record states; made ready before, it may be for a model that is not in force any more."""
    made = change.prepared
    if made is not None and made.model == model.name:
        return made.content
    return content_of(change.record, model.frequencies)


def _next_version(
    change: Submission, before: KnownRecord | None, digest: bytes, counters: Counters, now: datetime
) -> KnownRecord:
    if before is None:
        counters.number += 1
    return KnownRecord(
        number=counters.number if before is None else before.number,
        name=change.name,
        version=1 if before is None else before.version + 1,
        withdrawn=False,
        create_time=now if before is None else before.create_time,
        digest=digest,
        standing=standing(change.record),
        guard=change.record.guard,
    )


def _accept(
    place: int, change: Submission, before: KnownRecord | None, record: KnownRecord, content: Content, now: datetime
) -> Accepted:
    replaces = before is not None and not before.withdrawn
    former = "" if before is None or before.standing.country == record.standing.country else before.standing.country
    guarded = record.guard is not None or (before is not None and before.guard is not None)
    return Accepted(
        place,
        record,
        change.payload,
        content,
        replaces,
        flaws_in(change, now),
        former,
        change.record.retention,
        guarded,
        change.record.marking,
    )


def _withdrawn(before: KnownRecord, digest: bytes) -> KnownRecord:
    return replace(before, version=before.version + 1, withdrawn=True, digest=digest)


def flaws_in(change: Change, now: datetime) -> tuple[Finding, ...]:
    """What is flawed in a record, as it is found now."""
    if not isinstance(change, Submission):
        return ()
    made = change.prepared
    if made is not None and made.day == now.date():
        return made.findings
    return findings(change.record, now.date())


def _digest(change: Change) -> bytes:
    return change.digest if isinstance(change, Submission) else b""
