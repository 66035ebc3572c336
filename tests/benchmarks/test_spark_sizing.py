"""What is reckoned of a holding that is too large to try follows from what smaller ones took."""

import pytest

from benchmarks.spark_sizing import Point, rates, sizing


def point(records):
    """A run of 40 CPU seconds and 2 for each 1,000 pairs, of which there are 3 a record, in 100 MiB and 4 KiB each."""
    return Point(
        records=records,
        candidates=3 * records,
        strong=2 * records,
        cpu=40 + 0.006 * records,
        exchange_bytes=600 * records,
        driver_mib=100 + records * 4 / 1024,
    )


def test_rates_are_those_of_the_largest_size_and_memory_that_of_the_line_through_all():
    found = rates([point(1_000), point(4_000), point(20_000)])
    assert found.a_million_pairs == pytest.approx((40 + 0.006 * 20_000) / 60_000 * 1e6)
    assert found.driver_kib == pytest.approx(4)
    assert (found.exchange_bytes, found.strong) == (600, 2)


def test_the_page_says_what_was_reckoned_and_that_nothing_can_be_said_from_one_size():
    assert list(sizing([point(1_000)]))[-1] == "Nothing can be said from one size."
    page = "\n".join(sizing([point(1_000), point(4_000)]))
    assert "took 5,333 CPU seconds for a million candidate pairs" in page
    assert "| blocks as large as at 450,000 records | 1,735,000,000 | 2,570 | 40.2 h |" in page
    assert "not measured" in page
