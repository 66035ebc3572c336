"""The golden pairs: which level each comparison gives to pairs that people who know the names have judged."""

from collections import Counter

import pytest

from resolver.linkage.comparisons import COMPARISONS
from resolver.linkage.model import shipped_model
from tests.linkage.golden_pairs import SILENT, golden_pairs, levels_given

PAIRS = list(golden_pairs())


@pytest.fixture(scope="module")
def given():
    return levels_given(PAIRS, shipped_model())


@pytest.mark.parametrize("table", sorted({pair.table for pair in PAIRS}))
def test_each_pair_has_the_level_of_its_table_whichever_side_comes_first(given, table):
    wrong = [
        f"{pair.comparison}: {pair.left} / {pair.right}: {levels}, not {pair.level} ({pair.because})"
        for pair, levels in zip(PAIRS, given, strict=True)
        if pair.table == table and levels != (pair.level, pair.level)
    ]
    assert not wrong, "\n" + "\n".join(wrong)


def test_there_are_400_pairs_of_names_and_every_level_of_every_comparison_has_some():
    named = Counter((pair.comparison, pair.level) for pair in PAIRS)
    assert sum(count for (comparison, _), count in named.items() if comparison == "name") >= 400
    for comparison in COMPARISONS:
        for level in comparison.levels:
            assert named[comparison.name, level.kind or level.code], f"{comparison.name}.{level.code}"
        assert named[comparison.name, SILENT], comparison.name


def test_no_pair_is_told_twice_and_every_block_says_why():
    told = Counter((pair.comparison, str(pair.left), str(pair.right)) for pair in PAIRS)
    assert [pair for pair, count in told.items() if count > 1] == []
    assert all(pair.because for pair in PAIRS)
