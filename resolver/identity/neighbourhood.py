"""The part of the holding that a batch touches, and what each change does to its identities.

A neighbourhood holds whole components of merging pairs and SAME verdicts, and the pairs and verdicts
that lead out of them. Applying a change recomputes only the components of the changed records:
the old ones and the new ones.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass, field, replace

from resolver.domain.decision import DecisionKind, ReviewReason
from resolver.identity.conflicts import Facts, conflict
from resolver.identity.crossing import crossing
from resolver.identity.differences import Move, kind_of, moves
from resolver.identity.evidence import deciding_links, runner_ups
from resolver.identity.link_table import LinkOutcome
from resolver.identity.partition import Pair, partition, refusal, strongest_first
from resolver.identity.policy import Policy
from resolver.identity.verdicts import NO_RULINGS, Ruling, Rulings, rulings


@dataclass(frozen=True, slots=True)
class Task:
    """A review task between two identities, the smaller number first, with the strongest pair between them."""

    identities: tuple[int, int]
    reason: ReviewReason
    pair: Pair

    @property
    def ends(self) -> tuple[int, int]:
        """The records of its pair."""
        return self.pair.left, self.pair.right

    def shows_as(self, other: Task) -> bool:
        """Whether both show a person the same: the reason, the records and their weight."""
        mine, theirs = self.pair, other.pair
        same_pair = (mine.left, mine.right, mine.weight) == (theirs.left, theirs.right, theirs.weight)
        return self.reason is other.reason and same_pair


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one change did; identities are the numbers of their oldest records."""

    kind: DecisionKind
    record: int
    identity: int | None
    moves: tuple[Move, ...]
    deciding: tuple[Pair, ...]
    broken: tuple[Pair, ...]
    runner_ups: tuple[tuple[int, float], ...]
    raised: tuple[Task, ...]
    closed: tuple[Task, ...]

    @property
    def changes_nothing(self) -> bool:
        """Whether all identities and review tasks are what they were."""
        return not (self.moves or self.raised or self.closed)

    @property
    def touched(self) -> set[int]:
        """The identities that records left, entered or stayed in."""
        found = {identity for move in self.moves for identity in (move.before, move.after) if identity is not None}
        return found if self.identity is None else found | {self.identity}


@dataclass
class Neighbourhood:
    """A working set: facts, pairs, verdicts and identities of the records that a batch touches.

    `names` are those of the records and of the oldest ones of all identities. `verdicts` are those that stand, by their
    numbers; `rule` changes them.
    """

    policy: Policy
    facts: dict[int, Facts] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    pairs: dict[int, dict[int, Pair]] = field(default_factory=dict)
    identities: dict[int, int] = field(default_factory=dict)
    tasks: dict[tuple[int, int], Task] = field(default_factory=dict)
    verdicts: dict[int, Ruling] = field(default_factory=dict)
    rulings: Rulings = NO_RULINGS
    _merging: dict[int, set[int]] = field(default_factory=dict)
    _fellows: dict[int, set[int]] = field(default_factory=dict)

    def add_verdicts(self, verdicts: Iterable[Ruling]) -> None:
        """Enters standing verdicts."""
        self.verdicts |= {verdict.number: verdict for verdict in verdicts}
        self.rulings = rulings(self.verdicts.values())

    def add_pair(self, pair: Pair) -> None:
        """Enters a pair of records that are both present."""
        self.pairs.setdefault(pair.left, {})[pair.right] = pair
        self.pairs.setdefault(pair.right, {})[pair.left] = pair
        if pair.merges(self.policy):
            self._merging.setdefault(pair.left, set()).add(pair.right)
            self._merging.setdefault(pair.right, set()).add(pair.left)

    def add_fellows(self, fellows: Mapping[int, set[int]]) -> None:
        """Enters who must be regrouped together with a record, whatever the pairs say.

        While another model takes over, an identity may hold records that no pair of it links any more.
        """
        self._fellows |= fellows

    def linked(self, records: Iterable[int]) -> set[int]:
        """The records that have a merging pair with any of these."""
        return {other for record in records for other in self._merging.get(record, ())}

    def all_pairs(self) -> list[Pair]:
        """The pairs between records that are present."""
        return self.pairs_within(self.facts.keys())

    def pairs_within(self, records: Set[int]) -> list[Pair]:
        """The pairs between two of these records."""
        return [
            pair
            for one in records
            for other, pair in self.pairs.get(one, {}).items()
            if one < other and other in records
        ]

    def open_tasks(self, identities: Set[int] | None = None) -> Collection[Task]:
        """The review tasks between the identities, or between these and others, as they are now, found anew."""
        some = set(self.identities.values()) if identities is None else identities
        return self._tasks_of(some, self.facts.keys() & self.identities.keys()).values()

    def submit(self, record: int, facts: Facts, pairs: Iterable[Pair]) -> Outcome:
        """Enters a record, or a correction of it, with its pairs with records present, and regroups."""
        region = self.component(record) if record in self.facts else set()
        old_pairs = self.pairs_within(region)
        self._drop_pairs(record)
        self.facts[record] = facts
        for pair in pairs:
            self.add_pair(pair)
        return self._regroup(record, region | self.component(record), old_pairs, {record})

    def withdraw(self, record: int) -> Outcome:
        """Takes a record out and regroups what it leaves."""
        region = self.component(record)
        old_pairs = self.pairs_within(region)
        self._drop_pairs(record)
        del self.facts[record]
        return self._regroup(record, region, old_pairs, {record})

    def rule(self, record: int, given: Collection[Ruling], taken: Collection[Ruling]) -> Outcome:
        """Enters verdicts that are given, drops those that are taken back, and regroups; told as of `record`."""
        touched = {end for verdict in (*given, *taken) for end in (verdict.left, verdict.right)}
        region = self.components(touched)
        old_pairs = self.pairs_within(region)
        for verdict in taken:
            del self.verdicts[verdict.number]
        self.add_verdicts(given)
        return self._regroup(record, region | self.components(touched), old_pairs, touched)

    def settle(self, region: set[int], former_pairs: Iterable[Pair], former_policy: Policy) -> Outcome:
        """Regroups whole components as if all of their pairs were new.

        `former_pairs` are what another policy had united some of them by.
        """
        before = {member: self.identities[member] for member in region}
        outcome = self._regroup(min(region), region, [], region)
        moved = [member for move in outcome.moves for member in move.records]
        told = min(moved, default=min(region))
        return replace(
            outcome,
            record=told,
            identity=self.identities[told],
            deciding=crossing(self.pairs_within(region), self.policy, self.identities, before),
            broken=crossing(former_pairs, former_policy, before, self.identities),
            runner_ups=runner_ups(told, self.pairs.get(told, {}), self.identities),
        )

    def _regroup(self, record: int, region: set[int], old_pairs: list[Pair], touched: Set[int]) -> Outcome:
        """Groups the region anew; `touched` are the records whose content or verdicts are not what they were."""
        before = {member: self.identities[member] for member in region if member in self.identities}
        present = region & self.facts.keys()
        groups = partition(present, self.pairs_within(present), self.facts, self.policy, self.rulings).groups
        after = {member: group[0] for group in groups for member in group}
        for member in region:
            self.identities.pop(member, None)
        self.identities.update(after)
        changed = {
            identity
            for member in region
            if member in touched or before.get(member) != after.get(member)
            for identity in (before.get(member), after.get(member))
            if identity is not None
        }
        raised, closed = self._renew_tasks(changed, present)
        return Outcome(
            kind=kind_of(record, before, after),
            record=record,
            identity=after.get(record),
            moves=moves(before, after),
            deciding=deciding_links(record, self.pairs.get(record, {}), after, self.facts, self.policy),
            broken=crossing(old_pairs, self.policy, before, after),
            runner_ups=runner_ups(record, self.pairs.get(record, {}), self.identities),
            raised=raised,
            closed=closed,
        )

    def component(self, record: int) -> set[int]:
        """The records that hang together with one by merging pairs and SAME verdicts, itself included."""
        seen = {record}
        open_ends = [record]
        while open_ends:
            one = open_ends.pop()
            judged = self.rulings.same.get(one, frozenset()) & self.facts.keys() if one in self.facts else set()
            found = (self._merging.get(one, set()) | judged | self._present_fellows(one)) - seen
            seen |= found
            open_ends.extend(found)
        return seen

    def _present_fellows(self, record: int) -> Set[int]:
        fellows = self._fellows.get(record)
        return fellows & self.facts.keys() if fellows else frozenset()

    def components(self, records: Iterable[int]) -> set[int]:
        """The components of those of the records that are present."""
        return {member for record in records if record in self.facts for member in self.component(record)}

    def _drop_pairs(self, record: int) -> None:
        for other in self.pairs.pop(record, {}):
            del self.pairs[other][record]
        for other in self._merging.pop(record, ()):
            self._merging[other].remove(record)

    def _renew_tasks(self, changed: set[int], present: set[int]) -> tuple[tuple[Task, ...], tuple[Task, ...]]:
        """Finds the tasks of changed identities anew. Between two that are what they were, nothing changes."""
        old = {key: task for key, task in self.tasks.items() if not changed.isdisjoint(key)}
        new = self._tasks_of(changed, present)
        for key in old:
            del self.tasks[key]
        self.tasks.update(new)
        # A task whose evidence changed is closed and raised anew, so that nobody judges what was withdrawn.
        raised = tuple(new[key] for key in sorted(new) if key not in old or not new[key].shows_as(old[key]))
        closed = tuple(old[key] for key in sorted(old) if key not in new or not old[key].shows_as(new[key]))
        return raised, closed

    def _tasks_of(self, changed: Set[int], present: Set[int]) -> dict[tuple[int, int], Task]:
        """The tasks between identities that changed and all others, by their strongest pair."""
        members: dict[int, list[int]] = {}
        for record in present:
            members.setdefault(self.identities[record], []).append(record)
        records = [record for identity in changed for record in members.get(identity, ())]
        between: dict[tuple[int, int], list[Pair]] = {}
        for one in records:
            mine = self.identities[one]
            for other, pair in self.pairs.get(one, {}).items():
                theirs = self.identities[other]
                if mine != theirs:
                    between.setdefault((min(mine, theirs), max(mine, theirs)), []).append(pair)
        for key in self._told_apart(records):
            between.pop(key, None)
        tasks = {}
        for key, pairs in between.items():
            asking = [pair for pair in pairs if pair.outcome(self.policy) is not LinkOutcome.NOTHING]
            if asking:
                strongest = strongest_first(asking, self.facts)[0]
                reason = self._reason(strongest, pairs, members.get(key[0], ()), members.get(key[1], ()))
                tasks[key] = Task(key, reason, strongest)
        return tasks

    def _told_apart(self, records: Iterable[int]) -> set[tuple[int, int]]:
        """Pairs of identities between which a DIFFERENT verdict stands: nobody needs to be asked again."""
        apart = (
            (self.identities[one], self.identities[other])
            for one in records
            for other in self.rulings.different.get(one, ())
            if other in self.identities
        )
        return {(min(pair), max(pair)) for pair in apart}

    def _reason(
        self, strongest: Pair, between: Collection[Pair], one: Collection[int], other: Collection[int]
    ) -> ReviewReason:
        if not strongest.merges(self.policy):
            found = conflict(self.facts[strongest.left], self.facts[strongest.right])
            if self.policy.outcome(strongest.cell) is LinkOutcome.REVIEW:
                return found or ReviewReason.IDENTITY_DATA_DIFFER
            unnamed = strongest.weight >= self.policy.merge_weight
            return found or (ReviewReason.NAMES_DISAGREE if unnamed else ReviewReason.BETWEEN_THRESHOLDS)
        found = refusal(strongest, one, other, between, self.facts, self.policy, self.rulings)
        # What no rule refuses is united, save a record that is good for several.
        return found or ReviewReason.AMBIGUOUS
