"""Over arrays a holding is united as the pure partition unites it, and has the same review tasks."""

from dataclasses import fields, replace
from datetime import date

import numpy as np
import pytest
from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from resolver.domain.link_cell import CELLS, UNDECIDED
from resolver.domain.verdict import Basis, VerdictKind
from resolver.identity.conflicts import Document, Facts, conflict, conflicts
from resolver.identity.identities import Identities
from resolver.identity.pairs import Pairs
from resolver.identity.partition import Pair, partition
from resolver.identity.policy import STANDARD, STRICT, Bridge
from resolver.identity.replanning import tasks_between
from resolver.identity.verdicts import Ruling, fitting, rulings
from resolver.jobs.review_tasks import review_tasks
from resolver.jobs.uniting import united
from resolver.store.facts_table import FactsTable, table_of
from tests.counts import count

NUMBERS = (3, 4, 7, 8, 11, 20)
"""There are gaps, since records are withdrawn."""
EXAMPLES = settings(max_examples=count(150, 10_000), deadline=None)
POLICIES = (
    STANDARD,
    STRICT,
    replace(STANDARD, bridges=()),
    replace(STANDARD, bridges=(Bridge(STANDARD.firm_weight, 1.5),)),
    replace(STANDARD, refusals=frozenset()),
    replace(STANDARD, merge_weight=-6.0),
)


def some(*values):
    return st.frozensets(st.sampled_from(values), max_size=2)


PASSPORTS = [
    Document(kind, number, date(year, 1, 1), date(year + 10, 1, 1))
    for kind, number, year in (("SYR1", "A", 2010), ("SYR1", "B", 2010), ("SYR1", "C", 2021), ("IRQ1", "A", 2010))
]
STATED = st.builds(
    Facts,
    key=st.just(""),
    minor=st.sampled_from([False] * 9 + [True]),
    sexes=some("M", "M", "M", "F"),
    fathers=some("ahmad", "ahmd", "yusuf"),
    birth_days=some("19850304", "19850403", "19911120"),
    documents=some(*PASSPORTS),
    biometric_references=some("one", "two"),
    biometric_excluded=st.sampled_from([frozenset()] * 5 + [frozenset({"one"})]),
)
CONFLICTING = [
    (Facts("", minor=True), Facts("")),
    (Facts("", sexes=frozenset("M")), Facts("", sexes=frozenset("F"))),
    (Facts("", fathers=frozenset({"ahmad"})), Facts("", fathers=frozenset({"yusuf"}))),
    (Facts("", birth_days=frozenset({"19850304"})), Facts("", birth_days=frozenset({"19911120"}))),
    (Facts("", documents=frozenset(PASSPORTS[:1])), Facts("", documents=frozenset(PASSPORTS[1:2]))),
    (Facts("", biometric_references=frozenset({"one"})), Facts("", biometric_excluded=frozenset({"one"}))),
]
"""Records of which no two are one person, each for another reason."""
LITTLE = st.builds(Facts, key=st.just(""), sexes=some("M"), birth_days=some("19850304"))
EVIDENCE = st.tuples(
    st.sampled_from([-9.0, -9.0, -2.0, 8.0, 13.0, 20.0]),
    st.sampled_from([True, True, True, False]),
    st.sampled_from([UNDECIDED] * 9 + [cell.number for cell in CELLS]),
)
ENDS = [(left, right) for left in NUMBERS for right in NUMBERS if left < right]


@st.composite
def holdings(draw):
    """Facts, pairs, verdicts that fit each other, and a policy."""
    present = sorted(draw(st.sampled_from([set(NUMBERS), set(NUMBERS[1:5])]) | st.sets(st.sampled_from(NUMBERS))))
    stated = draw(st.sampled_from([STATED, LITTLE, st.just(Facts(""))]))
    facts = {number: replace(draw(stated), key=f"r{number * 7 % 43}") for number in present}
    evidence = draw(st.lists(EVIDENCE, min_size=len(ENDS), max_size=len(ENDS)))
    pairs = [
        Pair(*ends, *each)
        for ends, each in zip(ENDS, evidence, strict=True)
        if set(ends) <= facts.keys() and each[0] > -9.0
    ]
    judged = draw(
        st.lists(
            st.tuples(st.sampled_from(ENDS), st.sampled_from([VerdictKind.SAME, VerdictKind.DIFFERENT])), max_size=4
        )
    )
    said = [Ruling(*each, kind, Basis(1), number) for number, (each, kind) in enumerate(judged, start=1)]
    return facts, pairs, fitting(said), draw(st.sampled_from(POLICIES))


def parted(holding):
    facts, pairs, said, policy = holding
    return united(table_of(facts), Pairs.of(pairs), policy, rulings(said))


@given(holdings())
@EXAMPLES
def test_the_groups_are_those_of_the_partition_of_everything_at_once(holding):
    facts, pairs, said, policy = holding
    assert parted(holding).groups() == partition(facts, pairs, facts, policy, rulings(said)).groups


@given(holdings())
@EXAMPLES
def test_review_tasks_are_found_from_what_lies_between_identities(holding):
    facts, pairs, said, policy = holding
    identities = parted(holding)
    found = review_tasks(identities, table_of(facts), Pairs.of(pairs), said, policy)
    present = [each for each in said if {each.left, each.right} <= facts.keys()]
    assert found == tasks_between(identities.where(slice(None)), facts, pairs, present, policy)


@given(holdings(), st.sampled_from(POLICIES))
@EXAMPLES
def test_what_the_columns_say_of_pairs_is_what_they_say_themselves(holding, policy):
    _, pairs, _, _ = holding
    columns = Pairs.of(pairs)
    assert list(columns) == pairs
    assert [columns[place] for place in range(len(columns))] == pairs
    assert list(columns[1:3]) == pairs[1:3]
    assert columns.merging(policy).tolist() == [pair.merges(policy) for pair in pairs]
    assert columns.supporting(policy).tolist() == [pair.supports(policy) for pair in pairs]


@given(st.dictionaries(st.sampled_from(NUMBERS), STATED), st.data())
@EXAMPLES
def test_facts_come_back_as_they_were(facts, data):
    table = table_of({number: replace(each, key=f"r{number}") for number, each in facts.items()})
    asked = sorted(data.draw(st.sets(st.sampled_from(sorted(facts))))) if facts else []
    records = np.array(asked, np.int64)
    assert table.records.tolist() == sorted(facts)
    assert table.facts(records) == {number: replace(facts[number], key=f"r{number}") for number in asked}
    assert table.names(records) == {number: f"r{number}" for number in asked}


@given(STATED, STATED)
@example(*CONFLICTING[0])
@example(*CONFLICTING[1])
@example(*CONFLICTING[2])
@example(*CONFLICTING[3])
@example(*CONFLICTING[4])
@example(*CONFLICTING[5])
@EXAMPLES
def test_every_conflict_of_two_records_or_a_minor_among_them_is_seen_as_possible(one, other):
    table = table_of({3: replace(one, key="r3"), 4: replace(other, key="r4")})
    (seen,) = table.may_conflict(table.records, np.array([0, 0]), 1)
    event(str(conflict(one, other)))
    assert seen or conflict(one, other) is None


def test_what_the_rules_read_is_drawn_whole():
    """A rule on anything else has to be known where components are held to be calm, and to be drawn here."""
    assert {each.name for each in fields(Facts)} == {
        "key",
        "minor",
        "sexes",
        "fathers",
        "birth_days",
        "documents",
        "biometric_references",
        "biometric_excluded",
    }
    assert {reason for one in CONFLICTING for reason in conflicts(*one)} == STANDARD.refusals


def test_no_facts_are_read_where_no_rule_can_part_records(monkeypatch):
    calm = table_of({number: Facts(f"r{number}", sexes=frozenset({"M"})) for number in (*NUMBERS, 12, 21, 22, 40)})
    pairs = [Pair(3, 4, 20.0), Pair(7, 8, 8.0), *(Pair(*ends, 8.0) for ends in ((11, 12), (11, 20), (12, 20)))]
    pairs += [Pair(21, 22, 30.0), Pair(22, 40, 30.0)]
    monkeypatch.delattr(FactsTable, "facts")
    assert united(calm, Pairs.of(pairs), STANDARD).groups() == ((3, 4), (7, 8), (11, 12, 20), (21, 22, 40))
    with pytest.raises(AttributeError, match="facts"):
        united(calm, Pairs.of([*pairs[:-1], Pair(22, 40, 8.0)]), STANDARD)


identities = st.dictionaries(st.sampled_from(NUMBERS), st.sampled_from([3, 7, 20]))


@given(identities, st.lists(st.sampled_from(range(50))))
def test_identities_are_looked_up_by_record(known, asked):
    columns = Identities.of(known)
    assert columns.at(asked).tolist() == [known.get(record, -1) for record in asked]
    assert columns.where(slice(None)) == dict(sorted(known.items()))
    assert {record: group for group in columns.groups() for record in group}.keys() == known.keys()
    assert all(len({known[record] for record in group}) == 1 for group in columns.groups())
    assert len(columns.groups()) == len(set(known.values()))
