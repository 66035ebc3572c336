"""Keys are made by the size that their block is expected to have, from the record and the frozen frequencies alone."""

import random
from collections import Counter
from dataclasses import replace
from datetime import date
from math import inf

import pytest

from resolver.domain.comparable import ComparableRecord
from resolver.linkage.blocking import LARGEST_BLOCK, blocking_keys
from resolver.linkage.model import shipped_model
from resolver.standardise.record import standardise

FREQUENCIES = shipped_model().frequencies


@pytest.fixture(scope="module")
def records(corpus):
    return [standardise(record) for record in corpus]


def families(record):
    return Counter(key.family for key in blocking_keys(record, FREQUENCIES))


def test_every_family_is_made_for_some_record_and_none_is_unknown(records):
    made = Counter(family for record in records for family in families(record))
    assert set(made) == set(LARGEST_BLOCK)


def test_no_name_is_no_key():
    assert blocking_keys(ComparableRecord(nationalities=("SYR",), birth_years=(1985,)), FREQUENCIES) == ()


def test_a_common_part_needs_company_and_a_rare_one_does_not_stand_alone_either():
    assert FREQUENCIES.part("mhmt") * FREQUENCIES.holding > 1_000
    common = ComparableRecord(name_tokens=(("ahmt", "mhmt"),), name_parts=("ahmt", "mhmt"), nationalities=("SYR",))
    assert families(common) == Counter()
    rare = ComparableRecord(name_tokens=(("qrstv", "wxyzk"),), name_parts=("qrstv", "wxyzk"), nationalities=("SYR",))
    assert families(rare)["two_parts"] == 1


def test_a_larger_holding_has_fewer_keys_and_a_document_is_one_in_any(records):
    larger = replace(FREQUENCIES, holding=10 * FREQUENCIES.holding)
    found = [({*blocking_keys(each, FREQUENCIES)}, {*blocking_keys(each, larger)}) for each in records]
    assert all(fewer <= keys for keys, fewer in found)
    assert sum(len(fewer) for _, fewer in found) < 0.9 * sum(len(keys) for keys, _ in found)
    unbounded = [{key for key in keys if LARGEST_BLOCK[key.family] == inf} for pair in found for keys in pair]
    assert unbounded[::2] == unbounded[1::2]
    assert any(unbounded)


def test_two_readings_of_a_word_are_no_two_parts():
    """They come together wherever the word does, however rare both would be by themselves."""
    read_twice = ComparableRecord(
        name_tokens=(("ahmt", "qrstv"), ("ahmt", "qrstw")), name_parts=("ahmt", "qrstv", "qrstw"), fathers=("lmnpr",)
    )
    without_father = replace(read_twice, fathers=())
    assert families(without_father)["two_parts"] == 2
    assert families(read_twice)["two_parts"] == 5
    assert families(replace(read_twice, fathers=("qrstv", "qrstw")))["two_parts"] == 2


def test_neighbouring_years_and_an_interval_around_them_share_keys(records):
    one = next(record for record in records if len(record.name_parts) > 2 and record.birth_days)
    year = one.birth_from.year
    later = replace(one, birth_days=(), birth_from=one.birth_from.replace(year=year + 1, day=1), birth_to=None)
    later = replace(later, birth_to=later.birth_from)
    around = replace(one, birth_days=(), birth_from=one.birth_from.replace(year=year - 3, day=1), birth_to=one.birth_to)

    def with_years(record):
        return {key.key for key in blocking_keys(record, FREQUENCIES) if key.family.endswith("_year")}

    assert with_years(one) & with_years(later)
    assert with_years(one) & with_years(around)


def test_the_order_of_what_is_stated_does_not_matter(records):
    shuffled = random.Random(1)
    for record in records[:100]:
        turned = {
            name: tuple(shuffled.sample(getattr(record, name), len(getattr(record, name))))
            for name in (
                "name_parts",
                "name_tokens",
                "name_sounds",
                "birth_localities",
                "nationalities",
                "document_keys",
                "contacts",
            )
        }
        assert blocking_keys(replace(record, **turned), FREQUENCIES) == blocking_keys(record, FREQUENCIES)


def test_hardly_any_block_of_names_is_crowded(records):
    keys = Counter(key for record in records for key in blocking_keys(record, FREQUENCIES))
    crowded = [key for key, bearers in keys.items() if bearers > 12 and "parts" in key.family]
    assert len(crowded) < len(keys) / 1_000


def shared(left, right):
    """The families of the keys that two records share."""
    keys = blocking_keys(left, FREQUENCIES)
    return {key.family for key in keys if key in set(blocking_keys(right, FREQUENCIES))}


def of_1985(**stated):
    return ComparableRecord(birth_from=date(1985, 1, 1), birth_to=date(1985, 12, 31), **stated)


def test_a_short_name_is_a_key_as_a_whole_where_its_parts_are_too_common():
    """Many are called Muhammad Ali among other names; fewer state nothing else. A name alone has no second part."""
    two = of_1985(name_tokens=(("abtrhmn", "slm"),), name_parts=("abtrhmn", "slm"), nationalities=("SWE",))
    assert "whole_nationality" in shared(two, replace(two, birth_from=None, birth_to=None))
    alone = of_1985(name_tokens=(("abtrhmn",),), name_parts=("abtrhmn",), nationalities=("IDN",))
    assert shared(alone, alone) >= {"whole_nationality", "whole_year"}
    common = replace(alone, name_tokens=(("mhmt",),), name_parts=("mhmt",), nationalities=("IRQ",))
    assert "whole_nationality" not in families(common)


def test_a_whole_name_is_no_key_of_a_longer_one():
    longer = of_1985(name_tokens=(("abtrhmn", "slm", "zyd"),), name_parts=("abtrhmn", "slm", "zyd"))
    assert "whole_year" not in families(longer)
