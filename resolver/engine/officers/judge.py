"""The judge: carries out what people ask for, within the writer's transaction.

    what is asked for -> verdicts -> do they fit those that stand? -> partition -> decision

A verdict for which the policy asks a second person is written down and decides nothing until it is confirmed. Who asks
is answered by what it sees: records, identities and verdicts that are hidden from it are not there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from resolver.domain.decision import Link
from resolver.domain.errors import Conflict, Contradiction, ErrorReason, NotFound, Refused
from resolver.domain.handling import Viewer, is_seen
from resolver.domain.review import Claimed, OpenTask
from resolver.domain.verdict import Basis, Ruled, SecondPersonReason, Verdict, VerdictState, Word
from resolver.engine.asked.judgements import (
    ClaimTask,
    ConfirmVerdict,
    GiveVerdict,
    Judgement,
    MergeIdentities,
    ResolveTask,
    SplitIdentity,
    WithdrawVerdict,
)
from resolver.engine.asked.writes import Sender
from resolver.engine.officers.counters import Counters
from resolver.identity.names import IdentityNames
from resolver.identity.neighbourhood import Neighbourhood
from resolver.identity.policy import Policy
from resolver.identity.splitting import fewest_different
from resolver.identity.verdicts import Ruling, contradiction, fitting
from resolver.identity.visible_part import Surroundings
from resolver.store.reader import Reader
from resolver.store.receipts import Receipts
from resolver.store.resident import KnownRecord
from resolver.store.verdict_rows import verdict_row
from resolver.store.views import StoredIdentity, etag_of
from resolver.store.writer import Writer


class Judge:
    """Carries out judgements. Holds no state of its own beyond its tools."""

    def __init__(
        self,
        writer: Writer,
        reader: Reader,
        names: IdentityNames,
        receipts: Receipts,
        policy: Policy,
        clock: Callable[[], datetime],
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._names = names
        self._receipts = receipts
        self._policy = policy
        self._clock = clock

    def carry_out(self, judgement: Judgement, sender: Sender, counters: Counters) -> Ruled | Claimed:
        """Carries out a judgement that is alone in its transaction, as who asks may, and as it sees.

        Raises:
            ResolverError: it does not fit what is there; nothing was written.
        """
        now = counters.time = max(self._clock(), counters.time)
        match judgement:
            case GiveVerdict(one, other, word):
                return self._give([(one, other)], word, sender, counters)
            case ConfirmVerdict():
                return self._confirm(judgement, sender, counters)
            case WithdrawVerdict():
                return self._withdraw(judgement, sender, counters)
            case MergeIdentities():
                return self._merge(judgement, sender, counters)
            case SplitIdentity():
                return self._split(judgement, sender, counters)
            case ClaimTask():
                return self._claim(judgement, sender.viewer, now)
            case ResolveTask():
                return self._resolve(judgement, sender, counters)

    def _give(self, pairs: Sequence[tuple[str, str]], word: Word, sender: Sender, counters: Counters) -> Ruled:
        now = counters.time
        known = self._writer.known_records({name for pair in pairs for name in pair})
        given = []
        for one, other in pairs:
            left, right = sorted(
                (_present(known, name, sender.viewer) for name in (one, other)), key=lambda record: record.number
            )
            _check_statement(word, (left, right), sender)
            self._refuse_repeated(left, right, word)
            second = self._second_person(left, right)
            state = VerdictState.PENDING if second else VerdictState.STANDING
            earlier = self._writer.verdicts_on(left.number, right.number)
            number = self._names.verdict(left.name, right.name, earlier, now)
            given.append(Verdict(number, left.name, right.name, word, state, now, now, second))
        standing = [verdict for verdict in given if verdict.state is VerdictState.STANDING]
        numbers = {name: record.number for name, record in known.items()}
        # One that waits must fit as well: nobody should be asked to confirm what would be refused.
        self._refuse_contradiction(_rulings(given, numbers), (), sender.viewer)
        return self._write(given, _rulings(standing, numbers), (), numbers, sender.viewer, counters)

    def _confirm(self, asked: ConfirmVerdict, sender: Sender, counters: Counters) -> Ruled:
        verdict = self._verdict(asked.number, asked.etag, sender.viewer)
        if verdict.state is not VerdictState.PENDING:
            raise Refused(ErrorReason.VERDICT_NOT_PENDING, f"{verdict.name} waits for nobody")
        if verdict.word.examiner == asked.examiner:
            message = f"{verdict.name} must be confirmed by another person"
            raise Refused(ErrorReason.SECOND_PERSON_REQUIRED, message)
        confirmed = replace(
            verdict,
            state=VerdictState.STANDING,
            update_time=counters.time,
            confirmed_by=asked.examiner,
            revision=verdict.revision + 1,
        )
        numbers = self._numbers(verdict)
        given = _rulings([confirmed], numbers)
        self._refuse_contradiction(given, (), sender.viewer)
        return self._write([confirmed], given, (), numbers, sender.viewer, counters)

    def _withdraw(self, asked: WithdrawVerdict, sender: Sender, counters: Counters) -> Ruled:
        verdict = self._verdict(asked.number, asked.etag, sender.viewer)
        if verdict.state is VerdictState.WITHDRAWN:
            raise Refused(ErrorReason.VERDICT_WITHDRAWN, f"{verdict.name} was withdrawn")
        known = self._writer.known_records([verdict.left, verdict.right])
        _check_statement(verdict.word, known.values(), sender)
        withdrawn = replace(
            verdict,
            state=VerdictState.WITHDRAWN,
            update_time=counters.time,
            withdrawn_by=asked.examiner,
            withdrawal_reason=asked.reason,
            revision=verdict.revision + 1,
        )
        numbers = {name: record.number for name, record in known.items()}
        taken = _rulings([verdict], numbers) if verdict.state is VerdictState.STANDING else []
        # What a lower basis said of the pair comes back, and has to fit.
        self._refuse_contradiction((), taken, sender.viewer)
        return self._write([withdrawn], (), taken, numbers, sender.viewer, counters)

    def _merge(self, asked: MergeIdentities, sender: Sender, counters: Counters) -> Ruled:
        one, other = (
            self._identity(name, etag, sender.viewer)
            for name, etag in zip((asked.one, asked.other), asked.etags, strict=True)
        )
        if one.number == other.number:
            raise Refused(ErrorReason.SAME_IDENTITY, f"{asked.one} and {asked.other} are one identity")
        return self._give([(one.records[0], other.records[0])], asked.word, sender, counters)

    def _split(self, asked: SplitIdentity, sender: Sender, counters: Counters) -> Ruled:
        identity = self._identity(asked.identity, asked.etag, sender.viewer)
        stranger = next((name for name in asked.records if name not in identity.records), None)
        if stranger is not None:
            message = f"record {stranger} is not in {identity.name}"
            raise Refused(ErrorReason.RECORD_NOT_IN_IDENTITY, message)
        staying = set(identity.records) - set(asked.records)
        if not staying or not asked.records:
            raise Refused(ErrorReason.SIDE_EMPTY, "a split must leave a record on each side")
        known = self._writer.known_records(identity.records)
        around = self._seen_around({record.number for record in known.values()}, sender.viewer)
        pairs = fewest_different(
            {known[name].number for name in asked.records},
            {known[name].number for name in staying},
            around.facts.keys(),
            around.all_pairs(),
            around.facts,
            self._policy,
            around.verdicts.values(),
            asked.word.basis,
        )
        names = around.names
        return self._give([(names[left], names[right]) for left, right in pairs], asked.word, sender, counters)

    def _claim(self, asked: ClaimTask, viewer: Viewer | None, now: datetime) -> Claimed:
        task = self._task(asked.task, asked.etag, now, viewer)
        if task.claim is not None and task.claim.until > now and task.claim.examiner != asked.examiner:
            raise Refused(ErrorReason.TASK_CLAIMED, f"{asked.task} is claimed by another person")
        until = now + asked.duration
        self._writer.claim_task(self._numbers(task.task.link).values(), asked.examiner, until)
        return Claimed(task.claimed(asked.examiner, until))

    def _resolve(self, asked: ResolveTask, sender: Sender, counters: Counters) -> Ruled:
        now = counters.time
        task = self._task(asked.task, asked.etag, now, sender.viewer)
        if task.claim is None or task.claim.examiner != asked.word.examiner:
            raise Refused(ErrorReason.CLAIM_MISSING, f"claim {asked.task} first")
        if task.claim.until <= now:
            raise Refused(ErrorReason.CLAIM_EXPIRED, f"the claim on {asked.task} has expired")
        return self._give([(task.task.link.left, task.task.link.right)], asked.word, sender, counters)

    def _write(
        self,
        verdicts: Sequence[Verdict],
        given: Collection[Ruling],
        taken: Collection[Ruling],
        numbers: Mapping[str, int],
        viewer: Viewer | None,
        counters: Counters,
    ) -> Ruled:
        """Writes verdicts down, and carries out what is given and taken by those that stand or stood."""
        around, loaded = Neighbourhood(self._policy), set[int]()
        self._writer.around.load(around, {end for ruling in (*given, *taken) for end in ruling.pair}, loaded)
        self._writer.around.load_ends(around, loaded)
        teller = self._writer.around.teller(around, numbers.values())
        ends = {verdict.number: (numbers[verdict.left], numbers[verdict.right]) for verdict in verdicts}
        self._writer.write_verdicts([verdict_row(verdict, *ends[verdict.number]) for verdict in verdicts])
        if not given and not taken:
            return Ruled(tuple(verdicts), None)
        told = teller.rule(given, taken, ends)
        counters.sequence += 1
        known = self._writer.known_records([verdict.left for verdict in verdicts])
        decision = self._receipts.committed(
            told,
            around.names | {number: name for name, number in numbers.items()},
            {record.number: record.version for record in known.values()},
            counters.sequence,
            counters.time,
            verdicts=tuple(ends),
        )
        self._writer.write_decisions([decision])
        return Ruled(tuple(verdicts), decision.to(viewer))

    def _seen_around(self, records: Collection[int], viewer: Viewer | None) -> Neighbourhood:
        """The components of records, as far as a viewer sees them."""
        around = Neighbourhood(self._policy)
        self._writer.around.load(around, records, set())
        hidden = self._writer.around.hidden_from(viewer, around)
        component = around.components(records)
        return (
            self._writer.around.seen(around, Surroundings(component, component), hidden, viewer) if hidden else around
        )

    def _refuse_repeated(self, left: KnownRecord, right: KnownRecord, word: Word) -> None:
        for verdict in self._reader.judgements.between(left.name, right.name):
            if (verdict.word.kind, verdict.word.basis) == (word.kind, word.basis):
                raise Refused(ErrorReason.VERDICT_EXISTS, f"{verdict.name} says so already")

    def _refuse_contradiction(
        self, given: Collection[Ruling], taken: Collection[Ruling], viewer: Viewer | None
    ) -> None:
        ends = {end for ruling in (*given, *taken) for end in ruling.pair}
        judgements = self._reader.judgements
        standing = fitting(judgements.connected(ends, viewer))
        gone = {ruling.number for ruling in taken}
        chain = contradiction((*(ruling for ruling in standing if ruling.number not in gone), *given))
        if chain:
            verdicts = judgements.numbered([ruling.number for ruling in chain], viewer)
            raise Contradiction(tuple(verdicts[ruling.number] for ruling in chain if ruling.number in verdicts))

    def _second_person(self, left: KnownRecord, right: KnownRecord) -> tuple[SecondPersonReason, ...]:
        one, other = left.standing, right.standing
        owners_differ = (one.country, one.authority) != (other.country, other.authority)
        found = {
            SecondPersonReason.MINOR: one.minor or other.minor,
            SecondPersonReason.OWNERS_DISAGREE: owners_differ and one.status is not other.status,
            SecondPersonReason.CONFIRMED_IDENTITY: one.confirmed or other.confirmed,
        }
        return tuple(reason for reason, holds in found.items() if holds and reason in self._policy.second_person)

    def _verdict(self, number: int, etag: str, viewer: Viewer | None) -> Verdict:
        verdict = self._reader.judgements.verdict(number, viewer)
        if verdict is None:
            raise NotFound(ErrorReason.VERDICT_NOT_FOUND, f"verdict verdicts/{number} does not exist")
        _check_etag(etag, etag_of(verdict.revision), verdict.name)
        return verdict

    def _identity(self, name: str, etag: str, viewer: Viewer | None) -> StoredIdentity:
        found = self._reader.forward(name, viewer)
        if found is None:
            raise NotFound(ErrorReason.IDENTITY_NOT_FOUND, f"identity {name} does not exist")
        _check_etag(etag, found.identity.etag, name)
        return found.identity

    def _task(self, name: str, etag: str, now: datetime, viewer: Viewer | None) -> OpenTask:
        task = self._reader.task(name, now, viewer)
        if task is None:
            raise NotFound(ErrorReason.REVIEW_TASK_NOT_FOUND, f"review task {name} is not open")
        _check_etag(etag, etag_of(task.revision), name)
        return task

    def _numbers(self, pair: Verdict | Link) -> dict[str, int]:
        known = self._writer.known_records([pair.left, pair.right])
        return {name: record.number for name, record in known.items()}


def _present(known: Mapping[str, KnownRecord], name: str, viewer: Viewer | None) -> KnownRecord:
    if name not in known or not is_seen(known[name].guard, viewer):
        raise NotFound(ErrorReason.RECORD_NOT_FOUND, f"record {name} does not exist")
    if known[name].withdrawn:
        raise Refused(ErrorReason.RECORD_WITHDRAWN, f"record {name} was withdrawn")
    return known[name]


def _check_statement(word: Word, records: Iterable[KnownRecord], sender: Sender) -> None:
    """An owner's statement is given, and taken back, by the owner of one of the records alone."""
    if sender.rights is not None and word.basis is Basis.OWNER_STATEMENT:
        sender.rights.check_statement(record.standing.owner for record in records)


def _rulings(verdicts: Collection[Verdict], numbers: Mapping[str, int]) -> list[Ruling]:
    return [
        Ruling(numbers[verdict.left], numbers[verdict.right], verdict.word.kind, verdict.word.basis, verdict.number)
        for verdict in verdicts
    ]


def _check_etag(etag: str, current: str, name: str) -> None:
    if etag and etag != current:
        raise Conflict(ErrorReason.ETAG_MISMATCH, f"the etag of {name} is not that of its current version")
