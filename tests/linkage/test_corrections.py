"""Weights that are corrected on the truth of pairs: sums become right, and what pairs do not show stays."""

from __future__ import annotations

from dataclasses import replace
from math import log2

import numpy as np
import pytest

from resolver.linkage.comparison import NOTHING_TO_COMPARE
from resolver.linkage.comparisons import COMPARISONS
from resolver.linkage.corrections import JudgedPairs, corrected
from resolver.linkage.model import LevelParameters, shipped_model

FATHER, MOTHER, PLACE = "father.same", "mother.same", "birth_place.same_country"
LEVELS = {
    **shipped_model().levels,
    FATHER: LevelParameters(m=0.2, u=0.005),
    MOTHER: LevelParameters(m=0.9, u=0.03),
    PLACE: LevelParameters(m=0.6, u=0.2),
}
NAMES = [comparison.name for comparison in COMPARISONS]


def bits(levels, code):
    return log2(levels[code].m / levels[code].u)


def vector(*codes):
    """A comparison vector with these levels; all else cannot be compared."""
    row = [NOTHING_TO_COMPARE] * len(COMPARISONS)
    for code in codes:
        name, level = code.split(".")
        row[NAMES.index(name)] = COMPARISONS[NAMES.index(name)].gamma(level)
    return row


def judged(*kinds, prior=-8.0):
    """Pairs by (codes, pairs of one person, pairs of different people), weighed by the shipped model."""
    rows, weights, same = [], [], []
    for codes, right, wrong in kinds:
        rows += [vector(*codes)] * (right + wrong)
        weights += [prior + sum(bits(LEVELS, code) for code in codes)] * (right + wrong)
        same += [True] * right + [False] * wrong
    return JudgedPairs(np.array(rows, np.int64).reshape(-1, len(COMPARISONS)), np.array(weights), np.array(same, bool))


def odds(levels, codes, prior=-8.0):
    return prior + sum(bits(levels, code) for code in codes)


def test_what_relatives_share_is_not_counted_twice():
    kinds = [((FATHER, MOTHER), 4_000, 6_000), ((FATHER,), 5_000, 30_000)]
    before = odds(LEVELS, (FATHER, MOTHER))
    levels = corrected(LEVELS, judged(*kinds))
    assert before > log2(4 / 6) + 1
    for codes, right, wrong in kinds:
        assert odds(levels, codes) == pytest.approx(log2(right / wrong), abs=0.1)


def test_a_sum_that_is_right_stays():
    weight = odds(LEVELS, (FATHER, PLACE))
    share = 1 / (1 + 2**-weight)
    levels = corrected(LEVELS, judged(((FATHER, PLACE), round(100_000 * share), round(100_000 * (1 - share)))))
    assert bits(levels, FATHER) == pytest.approx(bits(LEVELS, FATHER), abs=0.02)


def test_few_pairs_move_a_weight_little_and_none_not_at_all():
    levels = corrected(LEVELS, judged(((MOTHER,), 1, 0)))
    assert 0 < bits(levels, MOTHER) - bits(LEVELS, MOTHER) < 0.1
    assert {code: levels[code] for code in levels if code != MOTHER} == {
        code: LEVELS[code] for code in LEVELS if code != MOTHER
    }
    assert corrected(LEVELS, judged()) == LEVELS


def test_weights_of_a_policy_stay():
    fixed = "kunya.another"
    levels = corrected(LEVELS, judged(((fixed,), 5_000, 5_000)))
    assert levels[fixed] == LEVELS[fixed]


def test_parameters_stay_probabilities():
    pairs = judged((("sex.different",), 0, 50_000), (("birth_date.disjoint",), 0, 50_000), prior=8.0)
    levels = corrected(LEVELS, pairs)
    assert all(0 < each.m <= 1 and 0 < each.u <= 1 for each in levels.values())
    assert bits(levels, "birth_date.disjoint") < bits(LEVELS, "birth_date.disjoint") - 1
    assert levels["birth_date.disjoint"].u == 1.0


def test_u_of_a_term_frequency_stays():
    """It is what the frequency of the term takes the place of, so a weight moves there by m."""
    town = "birth_place.same_locality"
    pairs = judged(((town,), 5_000, 5_000))
    pairs = replace(pairs, weights=pairs.weights - pairs.weights + 4.0)
    levels = corrected(LEVELS, pairs)
    assert levels[town].u == LEVELS[town].u
    assert bits(levels, town) == pytest.approx(bits(LEVELS, town) - 4.0, abs=0.1)
