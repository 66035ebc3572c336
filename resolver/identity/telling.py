"""What the audiences around a change are told of it: those who see all of it the whole, the others what they see.

A change is decided once over all records and, where guards stand around, once for each other audience over the part
that it sees. A record that becomes hidden from an audience is withdrawn for it; one that becomes visible enters.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Set
from dataclasses import dataclass, replace

from resolver.domain.audience import EVERYBODY, Audience, nobody, others, those_who_see_all
from resolver.domain.handling import Guard, Viewer
from resolver.identity.conflicts import Facts
from resolver.identity.neighbourhood import Neighbourhood, Outcome
from resolver.identity.partition import Pair
from resolver.identity.policy import Policy
from resolver.identity.verdicts import Ruling
from resolver.identity.visible_part import Surroundings, ToldBefore, surroundings, visible_part

VerdictPairs = Mapping[int, tuple[int, int]]
"""Two record numbers, the smaller first, by the number of a verdict on them."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What an audience is told that does not see all.

    `concerned` are the decided record and all that it sees in the identities which the outcome touches, before and
    after. `verdicts` are those of the change that it sees.
    """

    audience: Audience
    outcome: Outcome
    concerned: frozenset[int]
    verdicts: tuple[int, ...] = ()

    @property
    def content(self) -> tuple[Outcome, frozenset[int], tuple[int, ...]]:
        """What is told, whoever is."""
        return self.outcome, self.concerned, self.verdicts


@dataclass(frozen=True, slots=True)
class Told:
    """The outcome over all records, who is told it, and what others are told; who is in no audience is told nothing.

    No viewer is in two of the audiences.
    """

    outcome: Outcome
    audience: Audience = EVERYBODY
    others: tuple[Telling, ...] = ()


@dataclass(frozen=True, slots=True)
class _Seen:
    """A change as an audience sees it: what it sees before, what becomes of that, and the verdicts that it sees."""

    part: Neighbourhood
    apply: Callable[[Neighbourhood], Outcome]
    verdicts: tuple[int, ...] = ()


ReadTold = Callable[[Viewer], ToldBefore]
"""Reads what a viewer was told of the records of a neighbourhood."""
_Seeing = Callable[[Audience, Set[int]], _Seen | None]
"""Gives a change as an audience sees it, from which some records are hidden; None for nothing."""


class Teller:
    """Changes a neighbourhood, and tells of each change.

    Where there are guards, the neighbourhood must have in full the components of changed records, and those that pairs
    lead to from there. `guards` are those of its records that have one, withdrawn ones included.
    """

    def __init__(self, whole: Neighbourhood, guards: Mapping[int, Guard], told_before: ReadTold | None = None) -> None:
        """`told_before` reads what was told, where that does not follow from what is there; see `visible_part`."""
        self._whole = whole
        self._guards = dict(guards)
        self._told_before = told_before

    def submit(self, record: int, facts: Facts, pairs: Collection[Pair], guard: Guard | None) -> Told:
        """Enters a record, or a correction of it, behind a guard from now on; see `Neighbourhood.submit`."""
        whole = self._whole
        if not self._guards and guard is None:
            return Told(whole.submit(record, facts, pairs))
        judged = [verdict for verdict in whole.verdicts.values() if record in verdict.pair]
        united = {pair.other_than(record) for pair in pairs if pair.merges(whole.policy)}
        touched = {record, *united, *(end for verdict in judged for end in verdict.pair)}
        around = surroundings(whole, touched, {pair.other_than(record) for pair in pairs})

        def seen(audience: Audience, hidden: Set[int]) -> _Seen | None:
            saw = record in whole.facts and record not in hidden
            sees = guard is None or guard in audience.lets
            if not saw and not sees:
                return None
            part = self._part(audience, around, hidden)
            if not sees:
                return _Seen(part, lambda part: part.withdraw(record))
            # Verdicts come into sight with their record.
            part.add_verdicts(verdict for verdict in judged if hidden.isdisjoint({*verdict.pair} - {record}))
            own = [pair for pair in pairs if pair.other_than(record) in part.facts]
            return _Seen(part, lambda part: part.submit(record, facts, own))

        guards = self._guards_of({record, *around.records}) | ({guard} if guard else set())
        told = self._told(guards, around, seen, lambda: whole.submit(record, facts, pairs))
        self._guards.pop(record, None)
        if guard is not None:
            self._guards[record] = guard
        return told

    def withdraw(self, record: int) -> Told:
        """Takes a record out; see `Neighbourhood.withdraw`."""
        whole = self._whole
        if not self._guards:
            return Told(whole.withdraw(record))
        around = surroundings(whole, {record})

        def seen(audience: Audience, hidden: Set[int]) -> _Seen | None:
            if record in hidden:
                return None
            return _Seen(self._part(audience, around, hidden), lambda part: part.withdraw(record))

        return self._told(self._guards_of(around.records), around, seen, lambda: whole.withdraw(record))

    def rule(self, given: Collection[Ruling], taken: Collection[Ruling], verdicts: VerdictPairs) -> Told:
        """Enters verdicts and drops others; told as of the first record that a verdict of the change is about.

        `verdicts` are all of the change, those that wait among them. See `Neighbourhood.rule`.
        """
        whole, first = self._whole, min(left for left, _ in verdicts.values())
        if not self._guards:
            return Told(whole.rule(first, given, taken))
        ends = {end for ruling in (*given, *taken) for end in ruling.pair}
        around = surroundings(whole, ends)

        def seen(audience: Audience, hidden: Set[int]) -> _Seen | None:
            some, gone = (_visible(rulings, hidden) for rulings in (given, taken))
            if not some and not gone:
                return None
            told = {number: pair for number, pair in verdicts.items() if hidden.isdisjoint(pair)}
            record = min(left for left, _ in told.values())
            part = self._part(audience, around, hidden)
            return _Seen(part, lambda part: part.rule(record, some, gone), tuple(told))

        guards = self._guards_of({*around.records, *(end for pair in verdicts.values() for end in pair)})
        return self._told(guards, around, seen, lambda: whole.rule(first, given, taken), verdicts)

    def note(self, outcome: Outcome) -> Told:
        """Tells of a record by which nothing moves, those who see it."""
        whole, record = self._whole, outcome.record
        if not self._guards:
            return Told(outcome)
        component = whole.components({record})
        around = Surroundings(component, component)

        def seen(audience: Audience, hidden: Set[int]) -> _Seen | None:
            if record in hidden:
                return None
            part = self._part(audience, around, hidden)
            own = None if outcome.identity is None else part.identities[record]
            return _Seen(part, lambda _: replace(outcome, identity=own))

        return self._told(self._guards_of({record, *around.records}), around, seen, lambda: outcome)

    def settle(self, region: set[int], former_pairs: Collection[Pair], former_policy: Policy) -> Told | None:
        """Regroups whole components; None where nobody is told anything. See `Neighbourhood.settle`."""
        whole = self._whole
        if not self._guards:
            outcome = whole.settle(region, former_pairs, former_policy)
            return None if outcome.changes_nothing else Told(outcome)
        around = surroundings(whole, region)

        def seen(audience: Audience, hidden: Set[int]) -> _Seen | None:
            left = region - hidden
            if not left:
                return None
            former = [pair for pair in former_pairs if {pair.left, pair.right} <= left]
            return _Seen(self._part(audience, around, hidden), lambda part: part.settle(left, former, former_policy))

        guards = self._guards_of(around.records)
        told = self._told(guards, around, seen, lambda: whole.settle(region, former_pairs, former_policy))
        tellings = tuple(each for each in told.others if not each.outcome.changes_nothing)
        if not told.outcome.changes_nothing:
            return replace(told, others=tellings)
        return Told(told.outcome, nobody(guards), tellings) if tellings else None

    def _part(self, audience: Audience, around: Surroundings, hidden: Set[int]) -> Neighbourhood:
        told = None
        if self._told_before is not None and audience.example is not None:
            told = self._told_before(audience.example)
        return visible_part(self._whole, around, hidden, told)

    def _told(
        self,
        guards: Set[Guard],
        around: Surroundings,
        seen: _Seeing,
        decide: Callable[[], Outcome],
        verdicts: Iterable[int] = (),
    ) -> Told:
        """What is told of a change around which guards stand; `decide` carries it out over all records."""
        if not guards:
            return Told(decide())
        audiences, guarded = others(guards), self._guarded(around)
        tellings = [each for audience in audiences if (each := _telling(audience, guarded, seen)) is not None]
        known = self._whole.identities
        before = {record: known[record] for record in around.records if record in known}
        outcome = decide()
        same = (outcome, _concerned(outcome, before), tuple(verdicts))
        if len(tellings) == len(audiences) and all(each.content == same for each in tellings):
            return Told(outcome)
        return Told(outcome, those_who_see_all(guards), tuple(tellings))

    def _guarded(self, around: Surroundings) -> list[tuple[int, Guard]]:
        """The guards around a change, and those of withdrawn records, which verdicts there may be about."""
        present = self._whole.facts
        return [each for each in self._guards.items() if each[0] in around.records or each[0] not in present]

    def _guards_of(self, records: Collection[int]) -> set[Guard]:
        return {self._guards[record] for record in self._guards.keys() & set(records)}


def _telling(audience: Audience, guarded: Iterable[tuple[int, Guard]], seen: _Seeing) -> Telling | None:
    hidden = {record for record, guard in guarded if guard not in audience.lets}
    change = seen(audience, hidden)
    if change is None:
        return None
    before = dict(change.part.identities)
    outcome = change.apply(change.part)
    return Telling(audience, outcome, _concerned(outcome, before), change.verdicts)


def _visible(rulings: Collection[Ruling], hidden: Set[int]) -> list[Ruling]:
    return [ruling for ruling in rulings if hidden.isdisjoint(ruling.pair)]


def _concerned(outcome: Outcome, before: Mapping[int, int]) -> frozenset[int]:
    """The decided record, those that move, and all that were in identities that an outcome touches."""
    touched = outcome.touched
    moved = (record for move in outcome.moves for record in move.records)
    return frozenset({outcome.record, *moved, *(record for record, own in before.items() if own in touched)})
