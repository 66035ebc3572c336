"""What each viewer is told, against a world of its own in which there is only what it may see."""

from dataclasses import dataclass, field
from itertools import product

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from resolver.domain.audience import EVERYBODY
from resolver.domain.decision import DecisionKind
from resolver.domain.handling import Guard, Restrictions, Viewer
from resolver.domain.owner import Owner
from resolver.domain.verdict import Basis, VerdictKind
from resolver.identity.conflicts import Facts
from resolver.identity.neighbourhood import Neighbourhood, Outcome
from resolver.identity.partition import Pair
from resolver.identity.policy import STANDARD
from resolver.identity.telling import Teller
from resolver.identity.verdicts import Ruling, contradiction
from tests.counts import count

NUMBERS = st.integers(min_value=1, max_value=8)
SHAPES = st.integers(min_value=0, max_value=4)
FRANCE, GERMANY = Owner("FRA", "ncb"), Owner("DEU", "bka")
GUARDS = [
    None,
    None,
    Guard(FRANCE, Restrictions(denied_countries=frozenset({"DEU"}))),
    Guard(FRANCE, Restrictions(allowed_countries=frozenset({"DEU", "NLD"}))),
    Guard(GERMANY, Restrictions(allowed_authorities=frozenset({"NLD/police"}))),
    Guard(GERMANY, Restrictions(allowed_purposes=frozenset({"border"}))),
]
VIEWERS = [
    Viewer(country, authority, purpose)
    for (country, authority), purpose in product(
        [("FRA", "ncb"), ("FRA", "army"), ("DEU", "bka"), ("NLD", "police"), ("NLD", "army"), ("USA", "fbi")],
        ["border", "identify"],
    )
]


def pairs_of(number, weights):
    return [
        Pair(min(number, other), max(number, other), weight)
        for other, weight in weights.items()
        if weight >= STANDARD.review_weight
    ]


@dataclass
class World:
    """What one viewer sees, decided as if there were nothing else; and what it was told of the one that there is."""

    viewer: Viewer
    own: Neighbourhood = field(default_factory=lambda: Neighbourhood(STANDARD))
    told: dict[int, int] = field(default_factory=dict)
    tasks: dict[tuple[int, int], object] = field(default_factory=dict)

    def sees(self, guard: Guard | None) -> bool:
        return guard is None or guard.lets(self.viewer)

    def follow(self, outcome: Outcome) -> None:
        """Carries out what was told, as a copy that follows the feed would."""
        for move in outcome.moves:
            for record in move.records:
                assert self.told.get(record) == move.before
                if move.after is None:
                    del self.told[record]
                else:
                    self.told[record] = move.after
        for task in outcome.closed:
            assert self.tasks.pop(task.identities) == task
        for task in outcome.raised:
            assert task.identities not in self.tasks
            self.tasks[task.identities] = task

    def forget_verdicts_on(self, record: int) -> None:
        kept = [verdict for verdict in self.own.verdicts.values() if record not in verdict.pair]
        self.own.verdicts.clear()
        self.own.add_verdicts(kept)


class Tellings(RuleBasedStateMachine):
    """Records of five contents, whose pairs' weights follow from these; their guards change with their versions."""

    @initialize(
        weights=st.lists(st.sampled_from([-9.0, -2.0, 5.0, 9.0, 20.0]), min_size=25, max_size=25),
        days=st.lists(st.sampled_from(["", "19850304", "19911120"]), min_size=5, max_size=5),
    )
    def begin(self, weights, days):
        self.weights, self.days = weights, days
        self.whole = Neighbourhood(STANDARD)
        self.teller = Teller(self.whole, {})
        self.shapes, self.guards, self.verdicts = {}, {}, {}
        self.worlds = [World(viewer) for viewer in VIEWERS]

    def weight(self, one, other):
        low, high = sorted((self.shapes[one], self.shapes[other]))
        return self.weights[low * 5 + high]

    def visible_verdicts(self, world):
        """By both ends, withdrawn ones included."""
        return [
            verdict
            for verdict in self.verdicts.values()
            if all(world.sees(self.guards.get(end)) for end in verdict.pair)
        ]

    def compare(self, told, world, expected):
        """What a viewer is told is what would have become of its own world."""
        each = [(told.audience, told.outcome), *((other.audience, other.outcome) for other in told.others)]
        found = [outcome for audience, outcome in each if audience.includes(world.viewer)]
        assert found == ([] if expected is None else [expected])
        for outcome in found:
            world.follow(outcome)

    @rule(number=NUMBERS, shape=SHAPES, guard=st.sampled_from(GUARDS))
    def submit(self, number, shape, guard):
        former = self.guards.get(number)
        self.shapes[number] = shape
        facts = Facts(f"r{number}", birth_days=frozenset({self.days[shape]} - {""}))
        weights = {other: self.weight(number, other) for other in self.shapes if other != number}
        told = self.teller.submit(number, facts, pairs_of(number, weights), guard)
        self.guards[number] = guard
        for world in self.worlds:
            expected = None
            if world.sees(guard):
                world.own.add_verdicts(self.visible_verdicts(world))
                seen = {other: weight for other, weight in weights.items() if other in world.own.facts}
                expected = world.own.submit(number, facts, pairs_of(number, seen))
            elif world.sees(former):
                if number in world.own.facts:
                    expected = world.own.withdraw(number)
                world.forget_verdicts_on(number)
            self.compare(told, world, expected)

    @rule(number=NUMBERS)
    def withdraw(self, number):
        if self.shapes.pop(number, None) is None:
            return
        told = self.teller.withdraw(number)
        for world in self.worlds:
            self.compare(told, world, world.own.withdraw(number) if number in world.own.facts else None)

    @rule(
        ends=st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=2, unique_by=frozenset),
        kind=st.sampled_from([VerdictKind.SAME, VerdictKind.DIFFERENT]),
        basis=st.sampled_from([Basis.MODEL, Basis.EXAMINER, Basis.COURT]),
    )
    def give_verdicts(self, ends, kind, basis):
        if any(one == other or not {one, other} <= self.shapes.keys() for one, other in ends):
            return
        number = 1 + max(self.verdicts, default=0)
        given = [Ruling(min(pair), max(pair), kind, basis, number + place) for place, pair in enumerate(ends)]
        if not contradiction((*self.verdicts.values(), *given)):
            self.verdicts |= {ruling.number: ruling for ruling in given}
            self.ruled(given, [])

    @rule(number=st.integers(min_value=1, max_value=12))
    def take_a_verdict_back(self, number):
        taken = self.verdicts.pop(number, None)
        if taken is not None:
            self.ruled([], [taken])

    def ruled(self, given, taken):
        told = self.teller.rule(given, taken, {ruling.number: ruling.pair for ruling in (*given, *taken)})
        for world in self.worlds:
            seen = [
                [ruling for ruling in some if all(world.sees(self.guards.get(end)) for end in ruling.pair)]
                for some in (given, taken)
            ]
            ruled = [ruling for some in seen for ruling in some]
            expected = world.own.rule(min(ruling.left for ruling in ruled), *seen) if ruled else None
            self.compare(told, world, expected)
            for other in told.others:
                if other.audience.includes(world.viewer):
                    assert set(other.verdicts) == {ruling.number for ruling in ruled}

    @invariant()
    def who_follows_has_the_identities_and_tasks_of_its_own_world(self):
        for world in getattr(self, "worlds", ()):
            assert world.told == world.own.identities
            assert world.tasks == world.own.tasks


Tellings.TestCase.settings = settings(max_examples=count(25, 400), stateful_step_count=20, deadline=None)
TestTellings = Tellings.TestCase


def facts(number):
    return Facts(f"r{number}")


SECRET = Guard(FRANCE, Restrictions(allowed_countries=frozenset({"DEU"})))
OUTSIDER = Viewer("USA", "fbi", "border")


def told_to(viewer, told):
    return next(each for each in told.others if each.audience.includes(viewer))


def test_without_guards_everybody_is_told_the_same():
    told = Teller(Neighbourhood(STANDARD), {}).submit(1, facts(1), [], None)
    assert (told.audience, told.others) == (EVERYBODY, ())


def test_two_records_that_a_hidden_one_joins_stay_apart_for_who_does_not_see_it():
    whole = Neighbourhood(STANDARD)
    teller = Teller(whole, {})
    teller.submit(1, facts(1), [], SECRET)
    assert teller.submit(2, facts(2), pairs_of(2, {1: 20.0}), None).outcome.kind is DecisionKind.ATTACHED
    told = teller.submit(3, facts(3), pairs_of(3, {1: 20.0}), None)
    assert told.outcome.identity == 1
    outside = told_to(OUTSIDER, told)
    assert (outside.outcome.kind, outside.outcome.identity) == (DecisionKind.CREATED, 3)
    assert outside.outcome.runner_ups == ()
    assert outside.concerned == {3}


def test_who_cannot_see_a_record_is_told_nothing_of_it():
    told = Teller(Neighbourhood(STANDARD), {}).submit(1, facts(1), [], SECRET)
    assert told.others == ()
    assert not told.audience.includes(OUTSIDER)
    assert told.audience.includes(Viewer("FRA", "ncb", "border"))


def test_guards_that_hide_nothing_of_what_is_told_leave_it_told_to_everybody():
    teller = Teller(Neighbourhood(STANDARD), {})
    teller.submit(1, facts(1), [], SECRET)
    told = teller.submit(2, facts(2), [], None)
    assert (told.audience, told.others) == (EVERYBODY, ())
