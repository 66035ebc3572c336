"""The ledger: carries changes out within the writer's transaction.

standardise -> block -> score -> partition -> rows

What is flawed in a record is looked for on the way, and goes into its receipt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from resolver.access.rights import WriteRights
from resolver.domain.answer import RecordAnswer
from resolver.domain.decision import Decision
from resolver.domain.errors import ResolverError
from resolver.domain.finding import Finding
from resolver.domain.record import source_of, standing
from resolver.domain.retention import Stated
from resolver.identity.neighbourhood import Neighbourhood
from resolver.identity.partition import Pair
from resolver.identity.policy import Policy
from resolver.linkage.model import Model
from resolver.refusing import refusal
from resolver.retention.policy import RetentionPolicy
from resolver.standardise.findings import findings
from resolver.stopwatch import Phase, Stopwatch
from resolver.store.content import Content, content_of
from resolver.store.feed_rows import CommittedDecision
from resolver.store.loading import load
from resolver.store.receipts import Receipts
from resolver.store.remembered import Remembered
from resolver.store.resident import KnownRecord
from resolver.store.version_rows import AcceptedVersion
from resolver.store.writer import Writer
from resolver.writes import Change, Submission


@dataclass
class Counters:
    """The last record number, place in the feed, and commit time (UTC, without zone) that were given."""

    number: int
    sequence: int
    time: datetime


@dataclass(frozen=True, slots=True)
class _Accepted:
    """A change that will be carried out; `content` is None for a withdrawal.

    `former_country` is that of the owner before, where the change states another. `stated` is what the owner says of
    how long it is kept; None for a withdrawal, which changes nothing of that.
    """

    place: int
    record: KnownRecord
    payload: bytes
    content: Content | None
    replaces: bool
    findings: tuple[Finding, ...]
    former_country: str = ""
    stated: Stated | None = None


@dataclass
class _Plan:
    """What one round will do."""

    accepted: list[_Accepted] = field(default_factory=list)
    repeated: list[tuple[int, KnownRecord, tuple[Finding, ...]]] = field(default_factory=list)
    refused: dict[int, ResolverError] = field(default_factory=dict)

    @property
    def replaced(self) -> list[int]:
        """Numbers of the records whose present content goes."""
        return [item.record.number for item in self.accepted if item.replaces]


class Ledger:
    """Carries out rounds of changes. Holds no state of its own beyond its tools."""

    def __init__(
        self,
        writer: Writer,
        receipts: Receipts,
        policy: Policy,
        retention: RetentionPolicy,
        model: Model,
        clock: Callable[[], datetime],
        stopwatch: Stopwatch,
    ) -> None:
        self._writer = writer
        self._model = model
        self._phase = stopwatch.phase
        self._receipts = receipts
        self._policy = policy
        self._retention = retention
        self._clock = clock

    def carry_out(
        self,
        changes: Sequence[tuple[int, Change]],
        rights: Sequence[WriteRights | None],
        counters: Counters,
        *,
        atomic: bool = False,
        plan: int = 0,
    ) -> dict[int, RecordAnswer]:
        """Carries out changes to distinct records, in their order, each with the rights at its place.

        `plan` is the number of the plan by which they come, if by one. Returns an answer for each place.

        Raises:
            ResolverError: with `atomic`, the first refusal; nothing was written then.
        """
        # A clock that is set back must not order decisions otherwise than the feed does.
        now = counters.time = max(self._clock(), counters.time)
        planned = self._plan(changes, rights, counters, now)
        if atomic and planned.refused:
            raise planned.refused[min(planned.refused)]
        answers: dict[int, RecordAnswer] = dict(planned.refused)
        if planned.accepted:
            for run in self._runs(planned):
                answers |= self._decide(run, counters, now, plan)
        if planned.repeated:
            answers |= self._repeated(planned, now)
        return answers

    def try_out(self, submissions: Sequence[Submission], counters: Counters) -> list[Decision]:
        """What would become of new records, each as if it came next and the others did not. Nothing is changed."""
        now = max(self._clock(), counters.time)
        with self._phase(Phase.STANDARDISE):
            made = [_content(each, self._model) for each in submissions]
            found = [_findings(each, now) for each in submissions]
        # Numbered apart while they are scored, so that each is told its own pairs.
        content = dict(enumerate(made, start=counters.number + 1))
        with self._phase(Phase.SCORE):
            pairs = self._writer.score_apart(content)
        by_record = _by_record([pair for pair in pairs if pair.left not in content or pair.right not in content])
        next_place = Counters(counters.number + 1, counters.sequence + 1, now)
        with self._phase(Phase.LOAD):
            around = self._around(by_record[number] for number in content if number in by_record)
        return [
            self._tried(submission, item, by_record.get(number, {}), flaws, next_place, around)
            for submission, (number, item), flaws in zip(submissions, content.items(), found, strict=True)
        ]

    def _tried(
        self,
        submission: Submission,
        content: Content,
        pairs: Mapping[int, Pair],
        flaws: tuple[Finding, ...],
        place: Counters,
        around: Remembered,
    ) -> Decision:
        own = [replace(pair, left=other, right=place.number) for other, pair in pairs.items()]
        neighbourhood = Neighbourhood(self._policy)
        with self._phase(Phase.LOAD):
            load(around, neighbourhood, self._uniting(pairs), set(), pairs.keys())
        with self._phase(Phase.PARTITION):
            keys = neighbourhood.names | {place.number: submission.name}
            outcome = neighbourhood.submit(place.number, content.facts, own)
            return self._receipts.decision(outcome, keys, 1, place.sequence, place.time, flaws)

    def _around(self, found: Iterable[Mapping[int, Pair]]) -> Remembered:
        """What lies around records with these pairs, by the other record, looked up for all of them at once."""
        around = self._writer.remembered()
        pairs = list(found)
        seeds = set().union(*map(self._uniting, pairs))
        load(around, Neighbourhood(self._policy), seeds, set(), set().union(*pairs))
        return around

    def _uniting(self, pairs: Mapping[int, Pair]) -> set[int]:
        return {other for other, pair in pairs.items() if pair.merges(self._policy)}

    def _plan(
        self,
        changes: Sequence[tuple[int, Change]],
        rights: Sequence[WriteRights | None],
        counters: Counters,
        now: datetime,
    ) -> _Plan:
        with self._phase(Phase.LOOK_UP):
            known = self._writer.known_records([change.name for _, change in changes])
        with self._phase(Phase.STANDARDISE):
            return _planned(changes, rights, known, counters, now, self._model)

    def _repeated(self, plan: _Plan, now: datetime) -> dict[int, RecordAnswer]:
        """Answers records that were sent again as they are."""
        identities = self._writer.identities([record.number for _, record, _ in plan.repeated])
        oldest = self._writer.names(set(identities.values()))
        named = {record: self._receipts.identity(number, oldest[number]) for record, number in identities.items()}
        return {
            place: self._receipts.unchanged(record.name, record.version, named[record.number], now, found)
            for place, record, found in plan.repeated
        }

    def _runs(self, plan: _Plan) -> list[list[_Accepted]]:
        """Parts the changes so that no run corrects two records that are linked.

        Both would lose their link before either has its new one, and the receipts would tell of a
        split that never was.
        """
        if len(plan.replaced) < 2:
            return [plan.accepted]
        linked = Neighbourhood(self._policy)
        self._writer.load(linked, plan.replaced, set())
        runs: list[list[_Accepted]] = []
        run_of: dict[int, int] = {}
        for accepted in plan.accepted:
            number = accepted.record.number
            neighbours = linked.pairs.get(number, {})
            run = max((run_of[other] + 1 for other in neighbours if other in run_of), default=0)
            run_of[number] = run
            runs += [[] for _ in range(run + 1 - len(runs))]
            runs[run].append(accepted)
        return runs

    def _decide(
        self, run: Sequence[_Accepted], counters: Counters, now: datetime, plan: int
    ) -> dict[int, RecordAnswer]:
        writer = self._writer
        content = {item.record.number: item.content for item in run if item.content is not None}
        replaced = [item.record.number for item in run if item.replaces]
        neighbourhood = Neighbourhood(self._policy)
        loaded: set[int] = set()
        with self._phase(Phase.LOAD):
            writer.load(neighbourhood, replaced, loaded)
        with self._phase(Phase.SCORE):
            pairs = writer.replace_content(replaced, content)
        by_record = _by_record(pairs)
        with self._phase(Phase.LOAD):
            judged = writer.load_verdicts(neighbourhood, content)
            # Only merging pairs and verdicts make one component; who is merely alike needs no regrouping.
            united = {end for pair in pairs if pair.merges(self._policy) for end in (pair.left, pair.right)} | judged
            writer.load(neighbourhood, united - content.keys(), loaded, by_record.keys() - content.keys())
        keys = neighbourhood.names | {item.record.number: item.record.name for item in run}
        waiting = set(content)
        answers: dict[int, RecordAnswer] = {}
        decisions: list[CommittedDecision] = []
        with self._phase(Phase.PARTITION):
            for item in run:
                number = item.record.number
                waiting.discard(number)
                if item.content is None:
                    outcome = neighbourhood.withdraw(number)
                else:
                    present = [pair for other, pair in by_record.get(number, {}).items() if other not in waiting]
                    outcome = neighbourhood.submit(number, item.content.facts, present)
                counters.sequence += 1
                decision = self._receipts.decision(
                    outcome, keys, item.record.version, counters.sequence, now, item.findings, plan=plan
                )
                answers[item.place] = decision
                decisions.append(CommittedDecision(decision, outcome, item.former_country))
        with self._phase(Phase.WRITE):
            writer.write_pairs(pairs)
            writer.write_versions(
                [AcceptedVersion(item.record, source_of(item.record.name), now, item.payload) for item in run]
            )
            self._write_retention(run, now)
            writer.write_decisions(decisions)
        return answers

    def _write_retention(self, run: Sequence[_Accepted], now: datetime) -> None:
        """Writes down how long records are kept; a correction that states nothing else of that changes nothing."""
        known = self._writer.retention.kept([item.record.number for item in run if item.record.version > 1])
        entered, changed = [], []
        for item in run:
            if item.stated is not None:
                record, before = item.record, known.get(item.record.number)
                kept = self._retention.kept(record.number, source_of(record.name), item.stated, now.date(), before)
                if before is None:
                    entered.append(kept)
                elif kept != before:
                    changed.append(kept)
        self._writer.write_retention(entered, replacing=False)
        if changed:
            self._writer.write_retention(changed, replacing=True)


def _planned(
    changes: Sequence[tuple[int, Change]],
    rights: Sequence[WriteRights | None],
    known: Mapping[str, KnownRecord],
    counters: Counters,
    now: datetime,
    model: Model,
) -> _Plan:
    plan = _Plan()
    for place, change in changes:
        before = known.get(change.name)
        error = refusal(change, before, rights[place])
        digest = _digest(change)
        if error is not None:
            plan.refused[place] = error
        elif before is not None and before.digest == digest:
            plan.repeated.append((place, before, _findings(change, now)))
        elif isinstance(change, Submission):
            content = _content(change, model)
            record = _next_version(change, before, digest, counters, now)
            plan.accepted.append(_accept(place, change, before, record, content, now))
        elif before is not None:
            plan.accepted.append(_Accepted(place, _withdrawn(before, digest), b"", None, True, ()))
    return plan


def _content(change: Submission, model: Model) -> Content:
    """What the record states; made ready before, it may be for a model that is not in force any more."""
    if change.content is not None and change.prepared_for == model.name:
        return change.content
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
    )


def _accept(
    place: int, change: Submission, before: KnownRecord | None, record: KnownRecord, content: Content, now: datetime
) -> _Accepted:
    replaces = before is not None and not before.withdrawn
    former = "" if before is None or before.standing.country == record.standing.country else before.standing.country
    return _Accepted(
        place, record, change.payload, content, replaces, _findings(change, now), former, change.record.retention
    )


def _withdrawn(before: KnownRecord, digest: bytes) -> KnownRecord:
    return replace(before, version=before.version + 1, withdrawn=True, digest=digest)


def _findings(change: Change, now: datetime) -> tuple[Finding, ...]:
    return findings(change.record, now.date()) if isinstance(change, Submission) else ()


def _digest(change: Change) -> bytes:
    return change.digest if isinstance(change, Submission) else b""


def _by_record(pairs: Sequence[Pair]) -> dict[int, dict[int, Pair]]:
    found: dict[int, dict[int, Pair]] = {}
    for pair in pairs:
        found.setdefault(pair.left, {})[pair.right] = pair
        found.setdefault(pair.right, {})[pair.left] = pair
    return found
