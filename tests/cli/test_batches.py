"""Rows become messages that a resumed import makes again, byte for byte."""

from hypothesis import given
from hypothesis import strategies as st

from ftf_client.sender import MAXIMUM_BYTES
from resolver.cli.batches import batches
from resolver.jobs.readers import Row

BYTES = 1000
# A row is good, broken, or so large that few of them fill a message.
rows_of = st.lists(st.sampled_from(["good", "broken", "large"]), max_size=30)


def build(kinds):
    large = "x" * (BYTES // 3)
    return [
        Row(line, {}, "is broken")
        if kind == "broken"
        else Row(line, {"name": f"sources/s/records/{line}", "etag": large if kind == "large" else ""})
        for line, kind in enumerate(kinds, start=2)
    ]


@given(rows_of, st.integers(1, 5))
def test_every_row_is_in_exactly_one_message_or_reject(kinds, size):
    rows = build(kinds)
    made = list(batches(rows, dict, size, 1, BYTES))
    records = [line for batch in made for line in batch.lines]
    rejects = [each.line for batch in made for each in batch.rejects]
    assert records == [row.line for row in rows if not row.problem]
    assert rejects == [row.line for row in rows if row.problem]
    assert [batch.sequence for batch in made] == list(range(1, len(made) + 1))
    for batch in made:
        assert len(batch.records) <= size
        assert sum(record.ByteSize() for record in batch.records) <= BYTES
        assert all(line <= batch.last_line for line in batch.lines)
    assert all(batch.records for batch in made[:-1])


@given(rows_of, st.integers(1, 5))
def test_what_comes_after_a_message_is_made_again_as_it_was(kinds, size):
    rows = build(kinds)
    made = list(batches(rows, dict, size, 1, BYTES))
    for place, batch in enumerate(made):
        rest = [row for row in rows if row.line > batch.last_line]
        assert list(batches(rest, dict, size, batch.sequence + 1, BYTES)) == made[place + 1 :]


def test_a_record_that_no_message_could_hold_is_rejected():
    (batch,) = batches([Row(1, {"name": "n", "etag": "x" * MAXIMUM_BYTES})], dict, 10, 1)
    assert (batch.records, batch.rejects[0].reason) == ((), "LIMIT_EXCEEDED")


def test_a_field_that_records_do_not_have_is_a_reject_and_not_lost():
    (batch,) = batches([Row(1, {"nmae": "n"})], dict, 10, 1)
    assert batch.rejects[0].reason == "UNREADABLE"
    assert "nmae" in batch.rejects[0].message


def test_a_lone_surrogate_is_a_reject():
    (batch,) = batches([Row(1, {"name": "\ud800"})], dict, 10, 1)
    assert batch.rejects[0].reason in ("TEXT_NOT_ALLOWED", "UNREADABLE")
