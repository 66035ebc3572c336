"""Any order of arrivals, corrections, withdrawals and verdicts ends where the partition of what is left ends."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from resolver.domain.decision import DecisionKind
from resolver.domain.verdict import Basis, VerdictKind
from resolver.identity.conflicts import Facts
from resolver.identity.neighbourhood import Neighbourhood
from resolver.identity.partition import Pair, partition
from resolver.identity.policy import STANDARD
from resolver.identity.verdicts import Ruling, contradiction, deciding, rulings

BASES = st.sampled_from([Basis.MODEL, Basis.EXAMINER, Basis.COURT])
NUMBERS = st.integers(min_value=1, max_value=9)
SHAPES = st.integers(min_value=0, max_value=4)


def pairs_of(number, weights):
    return [Pair(min(number, other), max(number, other), weight) for other, weight in weights.items()]


class Arrivals(RuleBasedStateMachine):
    """Every record has one of five contents; the weight of a pair is a function of its two contents."""

    @initialize(
        weights=st.lists(st.sampled_from([-9.0, -2.0, 5.0, 9.0, 20.0]), min_size=25, max_size=25),
        days=st.lists(st.sampled_from(["", "19850304", "19911120"]), min_size=5, max_size=5),
    )
    def corpus(self, weights, days):
        self.weights = weights
        self.days = days
        self.neighbourhood = Neighbourhood(STANDARD)
        self.shapes = {}
        self.told = {}
        self.verdicts = {}

    def weight(self, one, other):
        low, high = sorted((self.shapes[one], self.shapes[other]))
        return self.weights[low * 5 + high]

    def facts(self, number):
        day = self.days[self.shapes[number]]
        return Facts(key=f"r{number}", birth_days=frozenset({day} if day else ()))

    def follow(self, outcome):
        for move in outcome.moves:
            for record in move.records:
                assert self.told.get(record) == move.before
                if move.after is None:
                    del self.told[record]
                else:
                    self.told[record] = move.after

    @rule(number=NUMBERS, shape=SHAPES)
    def submit(self, number, shape):
        self.shapes[number] = shape
        pairs = pairs_of(number, {other: self.weight(number, other) for other in self.shapes if other != number})
        stored = [pair for pair in pairs if pair.weight >= STANDARD.review_weight]
        self.follow(self.neighbourhood.submit(number, self.facts(number), stored))

    @rule(number=NUMBERS)
    def withdraw(self, number):
        if self.shapes.pop(number, None) is not None:
            self.follow(self.neighbourhood.withdraw(number))

    @rule(one=NUMBERS, other=NUMBERS, kind=st.sampled_from([VerdictKind.SAME, VerdictKind.DIFFERENT]), basis=BASES)
    def give_a_verdict(self, one, other, kind, basis):
        if one == other or not {one, other} <= self.shapes.keys():
            return
        given = Ruling(min(one, other), max(one, other), kind, basis, 1 + max(self.verdicts, default=0))
        if not contradiction((*self.verdicts.values(), given)):
            self.verdicts[given.number] = given
            self.follow(self.neighbourhood.rule(given.left, [given], []))

    @rule(number=st.integers(min_value=1, max_value=12))
    def take_a_verdict_back(self, number):
        left = [verdict for verdict in self.verdicts.values() if verdict.number != number]
        if number in self.verdicts and not contradiction(left):
            taken = self.verdicts.pop(number)
            self.follow(self.neighbourhood.rule(taken.left, [], [taken]))

    def rulings(self):
        return rulings(self.verdicts.values())

    @invariant()
    def the_state_is_the_partition_of_the_final_records(self):
        if not hasattr(self, "shapes"):
            return
        pairs = [
            Pair(one, other, self.weight(one, other)) for one in self.shapes for other in self.shapes if one < other
        ]
        facts = {number: self.facts(number) for number in self.shapes}
        expected = {
            member: group[0]
            for group in partition(self.shapes, pairs, facts, STANDARD, self.rulings()).groups
            for member in group
        }
        assert self.neighbourhood.identities == expected
        assert self.told == expected

    @invariant()
    def tasks_are_those_of_the_same_records_entered_anew(self):
        if not hasattr(self, "shapes"):
            return
        anew = Neighbourhood(STANDARD)
        for number in sorted(self.shapes):
            pairs = pairs_of(number, {other: self.weight(number, other) for other in anew.facts})
            stored = [pair for pair in pairs if pair.weight >= STANDARD.review_weight]
            anew.submit(number, self.facts(number), stored)
        present = [verdict for verdict in self.verdicts.values() if set(verdict.pair) <= self.shapes.keys()]
        for verdict in present:
            anew.rule(verdict.left, [verdict], [])
        assert self.neighbourhood.tasks == anew.tasks

    @invariant()
    def verdicts_hold(self):
        if not hasattr(self, "shapes"):
            return
        identities = self.neighbourhood.identities
        for verdict in deciding(self.verdicts.values()):
            if set(verdict.pair) <= identities.keys():
                together = identities[verdict.left] == identities[verdict.right]
                assert together == (verdict.kind is VerdictKind.SAME)

    @invariant()
    def every_link_between_two_identities_that_no_verdict_tells_apart_is_a_review_task(self):
        if not hasattr(self, "shapes"):
            return
        identities = self.neighbourhood.identities
        told_apart = {
            tuple(sorted((identities[one], identities[other])))
            for one, others in self.rulings().different.items()
            for other in others
            if {one, other} <= identities.keys()
        }
        expected = {
            tuple(sorted((identities[one], identities[other])))
            for one in self.shapes
            for other in self.shapes
            if self.weight(one, other) >= STANDARD.review_weight and identities[one] != identities[other]
        }
        assert set(self.neighbourhood.tasks) == expected - told_apart


Arrivals.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestArrivals = Arrivals.TestCase


def facts(number):
    return Facts(key=f"r{number}")


def test_receipts_tell_created_attached_merged_split_and_withdrawn():
    holding = Neighbourhood(STANDARD)
    assert holding.submit(1, facts(1), pairs_of(1, {})).kind is DecisionKind.CREATED
    assert holding.submit(2, facts(2), pairs_of(2, {1: 27.0})).kind is DecisionKind.ATTACHED
    assert holding.submit(3, facts(3), pairs_of(3, {})).kind is DecisionKind.CREATED
    bridging = holding.submit(4, facts(4), pairs_of(4, {2: 26.0, 3: 25.0}))
    assert bridging.kind is DecisionKind.MERGED
    assert bridging.identity == 1
    assert [(move.before, move.after, move.records) for move in bridging.moves] == [(3, 1, (3,)), (None, 1, (4,))]
    gone = holding.withdraw(4)
    assert gone.kind is DecisionKind.SPLIT
    assert [(move.before, move.after, move.records) for move in gone.moves] == [(1, 3, (3,)), (1, None, (4,))]
    assert [(pair.left, pair.right) for pair in gone.broken] == [(2, 4), (3, 4)]
    assert holding.withdraw(2).kind is DecisionKind.WITHDRAWN


def test_an_identity_whose_oldest_record_goes_is_named_after_the_next():
    holding = Neighbourhood(STANDARD)
    for number, weights in ((1, {}), (2, {1: 12.0}), (3, {1: 12.0, 2: 12.0})):
        holding.submit(number, facts(number), pairs_of(number, weights))
    gone = holding.withdraw(1)
    assert gone.kind is DecisionKind.WITHDRAWN
    assert [(move.before, move.after, move.records) for move in gone.moves] == [(1, None, (1,)), (1, 2, (2, 3))]


def test_what_came_near_is_a_runner_up_and_a_review_task():
    holding = Neighbourhood(STANDARD)
    holding.submit(1, facts(1), pairs_of(1, {}))
    near = holding.submit(2, facts(2), pairs_of(2, {1: 1.0}))
    assert near.runner_ups == ((1, 1.0),)
    assert [task.identities for task in near.raised] == [(1, 2)]
    weaker = holding.submit(2, facts(2), pairs_of(2, {1: 0.5}))
    assert [task.pair.weight for task in weaker.closed] == [1.0]
    assert [task.pair.weight for task in weaker.raised] == [0.5], "nobody judges evidence that was withdrawn"
    settled = holding.submit(2, facts(2), pairs_of(2, {1: 12.0}))
    assert [task.identities for task in settled.closed] == [(1, 2)]
