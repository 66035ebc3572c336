"""The compiled agreement of names is what its SQL says."""

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resolver.linkage.agreement import agreements
from resolver.linkage.columns import comparable_table
from resolver.linkage.model import shipped_model
from resolver.linkage.name_comparison import AGREEMENT
from resolver.linkage.record_arrays import record_arrays
from resolver.standardise.record import standardise
from tests.linkage.stated_rows import table

NAME_COLUMNS = ("name_parts", "part_bits", "part_sounds", "name_tokens", "given_names")
PARTS = st.one_of(
    st.text("abt", min_size=0, max_size=4),
    st.sampled_from(["mhmt", "mhmd", "ahmt", "abtlh", "abtrhmn", "abtrhm", "hsn", "hsyn", "skrf", "sykrf", "skarf"]),
    st.text("aбbéت𐍈", min_size=0, max_size=7),
)


@st.composite
def named(draw):
    parts = sorted(draw(st.sets(PARTS, min_size=1, max_size=6)))
    names = draw(st.lists(st.sets(st.sampled_from(parts), min_size=1, max_size=4).map(sorted), min_size=1, max_size=4))
    return {
        "name_parts": parts,
        "part_bits": [(part, draw(st.floats(0.0, 30.0, width=32))) for part in parts],
        "part_sounds": [(part, draw(st.one_of(st.just(part), PARTS))) for part in parts],
        "name_tokens": names,
        "given_names": draw(st.sampled_from([None, parts[:1], parts[-1:], ["another"], [parts[0], "another"]])),
    }


NAMELESS = dict.fromkeys(NAME_COLUMNS)


def by_sql(rows):
    """The agreement of each row with each, by the definition."""
    sides = ", ".join(f"{side}.{name} AS {name}_{side}" for side in "lr" for name in NAME_COLUMNS)
    with duckdb.connect() as connection:
        connection.register("incoming", rows.append_column("place", pa.array(range(rows.num_rows))))
        connection.execute("CREATE TABLE named AS SELECT * FROM incoming")
        found = connection.execute(
            f"SELECT {AGREEMENT} FROM (SELECT l.place AS one, r.place AS other, {sides} FROM named l, named r)"
            " ORDER BY one, other"
        )
        return [agreement for (agreement,) in found.fetchall()]


def compiled(rows):
    one, other = np.divmod(np.arange(rows.num_rows**2), rows.num_rows)
    return agreements(record_arrays([rows]).names, one, other).tolist()


@given(st.lists(named(), min_size=2, max_size=8))
@settings(max_examples=150, deadline=None)
def test_it_is_that_of_the_sql_for_any_names(records):
    rows = table([*records, NAMELESS])
    assert compiled(rows) == by_sql(rows)


@given(st.lists(named(), min_size=2, max_size=6), st.randoms())
@settings(max_examples=30, deadline=None)
def test_it_is_read_from_slices_and_chunks_as_well(records, draw):
    rows = table([NAMELESS, *records, NAMELESS])
    cut = draw.randint(1, len(records))
    chunked = pa.concat_tables([rows.slice(1, cut), rows.slice(1 + cut)])
    assert compiled(chunked) == by_sql(rows.slice(1))


def test_it_is_that_of_the_sql_for_made_up_records(corpus):
    records = [standardise(record) for record in corpus[:250]]
    rows = comparable_table(range(len(records)), records, shipped_model().frequencies)
    expected = by_sql(rows)
    assert compiled(rows) == expected
    assert {agreement % 8 for agreement in expected} == set(range(7)), "every kind is among them"


def test_a_record_with_a_part_that_has_no_rarity_is_refused():
    row = {"name_parts": ["a", "b"], "part_bits": [("a", 1.0)], "part_sounds": [("a", "a"), ("b", "b")]}
    with pytest.raises(ValueError, match="part_bits must have an entry for each of name_parts"):
        record_arrays([table([{**NAMELESS, **row}])])
