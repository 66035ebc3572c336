"""The figures agree with recordlinkage's, and with counting every pair one by one."""

from itertools import combinations

import pandas as pd
import pytest
import recordlinkage
from hypothesis import given
from hypothesis import strategies as st

from resolver.jobs.evaluation import evaluate
from resolver.jobs.truth import TrueRecord, TruthInvalid, read_truth

placed = st.lists(
    st.tuples(
        st.integers(0, 5),  # the person
        st.one_of(st.none(), st.integers(0, 5)),  # the identity, None: not loaded
        st.lists(st.sampled_from(["Arab", "Cyrl", "Latn"]), max_size=2, unique=True),
    ),
    max_size=14,
)


def given_records(rows):
    truth = [TrueRecord(f"r{n}", f"p{person}", scripts=tuple(scripts)) for n, (person, _, scripts) in enumerate(rows)]
    identity_of = {f"r{n}": f"i{identity}" for n, (_, identity, _) in enumerate(rows) if identity is not None}
    return truth, identity_of


def pairs_where(truth, same):
    return {(a.record, b.record) for a, b in combinations(truth, 2) if same(a, b)}


def links(truth, identity_of):
    alone = {each.record: f"alone {each.record}" for each in truth}
    merged = alone | identity_of
    true = pairs_where(truth, lambda a, b: a.person == b.person)
    return true, pairs_where(truth, lambda a, b: merged[a.record] == merged[b.record])


@given(placed)
def test_pairs_are_counted_as_if_one_by_one(rows):
    truth, identity_of = given_records(rows)
    true, merged = links(truth, identity_of)
    found = evaluate(truth, identity_of)
    assert (found.pairs.true, found.pairs.merged, found.pairs.right) == (len(true), len(merged), len(true & merged))
    assert found.over_merged_pairs == len(merged - true)
    assert found.under_merged_pairs == len(true - merged)


@given(placed)
def test_a_pair_counts_for_every_group_of_either_record(rows):
    truth, identity_of = given_records(rows)
    true, merged = links(truth, identity_of)
    of = {each.record: set(each.scripts) for each in truth}
    for figures in evaluate(truth, identity_of, minimum_pairs=0).by_script:
        own_true, own_merged = (
            {(a, b) for a, b in pairs if figures.group in of[a] | of[b]} for pairs in (true, merged)
        )
        expected = (len(own_true), len(own_merged), len(own_true & own_merged))
        assert (figures.pairs.true, figures.pairs.merged, figures.pairs.right) == expected


@given(placed)
def test_b_cubed_is_the_mean_over_records_of_what_each_finds_around_it(rows):
    truth, identity_of = given_records(rows)
    identity = {each.record: identity_of.get(each.record, each.record) for each in truth}
    shares = []
    for one in truth:
        cluster = {each.record for each in truth if identity[each.record] == identity[one.record]}
        person = {each.record for each in truth if each.person == one.person}
        shares.append((len(cluster & person) / len(cluster), len(cluster & person) / len(person)))
    found = evaluate(truth, identity_of).cubed
    if shares:
        assert found.precision == pytest.approx(sum(p for p, _ in shares) / len(shares))
        assert found.recall == pytest.approx(sum(r for _, r in shares) / len(shares))


@given(placed)
def test_pairwise_figures_are_those_of_recordlinkage(rows):
    truth, identity_of = given_records(rows)
    true, merged = links(truth, identity_of)
    if not true or not merged or not true & merged:
        return
    true_links, merged_links = (pd.MultiIndex.from_tuples(sorted(pairs)) for pairs in (true, merged))
    found = evaluate(truth, identity_of).pairs
    assert found.precision == pytest.approx(recordlinkage.precision(true_links, merged_links))
    assert found.recall == pytest.approx(recordlinkage.recall(true_links, merged_links))
    assert found.f1 == pytest.approx(recordlinkage.fscore(true_links, merged_links))


@given(placed, st.sets(st.tuples(st.integers(0, 5), st.integers(0, 5)).filter(lambda pair: pair[0] < pair[1])))
def test_true_pairs_in_review_are_the_missed_ones_between_the_two_identities(rows, tasks):
    truth, identity_of = given_records(rows)
    reviews = [(f"i{left}", f"i{right}") for left, right in tasks]
    true, merged = links(truth, identity_of)
    expected = {
        (a, b) for a, b in true - merged if tuple(sorted((identity_of.get(a, "-"), identity_of.get(b, "-")))) in reviews
    }
    # A task that is named twice, or the other way round, is one task.
    found = evaluate(truth, identity_of, [*reviews, *((right, left) for left, right in reviews)])
    assert found.true_pairs_in_review == len(expected)
    assert found.review_tasks == len(reviews)


def test_over_merges_and_under_merges_are_told_apart():
    truth = [TrueRecord(f"r{n}", person) for n, person in enumerate("aaabbc")]
    found = evaluate(truth, {"r0": "1", "r1": "1", "r2": "2", "r3": "3", "r4": "3", "r5": "3"})
    assert (found.over_merged_identities, found.over_merged_pairs) == (1, 2)
    assert (found.under_merged_persons, found.under_merged_pairs) == (1, 2)
    assert (found.pairs.precision, found.pairs.recall) == (0.5, 0.5)


def test_records_that_one_side_lacks_are_counted():
    found = evaluate([TrueRecord("a", "p"), TrueRecord("b", "p")], {"a": "1", "x": "1"})
    assert (found.records_without_identity, found.records_without_truth) == (1, 1)
    assert found.pairs.merged == 0


def test_groups_come_worst_first_and_only_with_enough_pairs():
    truth = [TrueRecord(f"{script}{n}", script, scripts=(script,)) for script in ("Arab", "Latn") for n in range(4)]
    truth += [TrueRecord("k0", "k", scripts=("Cyrl",)), TrueRecord("k1", "k", scripts=("Cyrl",))]
    identity_of = {each.record: each.person for each in truth} | {"Latn0": "other"}
    found = evaluate(truth, identity_of, minimum_pairs=2)
    assert [each.group for each in found.by_script] == ["Latn", "Arab"]


def test_a_truth_file_may_state_several_scripts(tmp_path):
    path = tmp_path / "truth.csv"
    path.write_text("record,person,scripts\na,p,Cyrl+Latn\nb,p,\n")
    assert [each.scripts for each in read_truth(path)] == [("Cyrl", "Latn"), ()]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("record\na\n", "header lacks person"),
        ("record,person\na,\n", "line 2"),
        ("record,person\na,p\na,q\n", "named twice"),
    ],
)
def test_a_wrong_truth_file_is_told(tmp_path, text, says):
    path = tmp_path / "truth.csv"
    path.write_text(text)
    with pytest.raises(TruthInvalid, match=says):
        read_truth(path)
