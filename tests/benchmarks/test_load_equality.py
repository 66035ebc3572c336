"""A load and a stream of the same records end in the same rows, and a store that differs is told."""

import sys

import duckdb
import pytest

from benchmarks import bulk_load, load_equality


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    """The page of a run, and copies of its two stores."""
    cache, kept = tmp_path_factory.mktemp("cache"), tmp_path_factory.mktemp("stores")
    compared = load_equality.compared

    def keeping(streamed, loaded):
        for path in (streamed, loaded):
            (kept / path.name).write_bytes(path.read_bytes())
        return compared(streamed, loaded)

    with pytest.MonkeyPatch.context() as patch:
        for module in (bulk_load, load_equality):
            patch.setattr(module, "CACHE", cache)
        patch.setattr(load_equality, "compared", keeping)
        patch.setattr(sys, "argv", ["load_equality", "--records", "240", "--output", str(kept)])
        load_equality.main()
    return kept


def test_both_end_in_the_same_rows(stores):
    found = load_equality.compared(stores / "streamed.duckdb", stores / "loaded.duckdb")
    assert set(found) == set(load_equality.COMPARED)
    assert all((each.only_streamed, each.only_loaded) == (0, 0) for each in found.values())
    assert found["records as they are stated"].rows == found["records in their identities"].rows == 240
    assert all(each.rows for each in found.values())
    assert "| records in their identities | 240 | 0 | 0 |" in (stores / "load-equality.md").read_text()


def test_rows_that_differ_are_counted_for_each_store(stores):
    changed = stores / "changed.duckdb"
    changed.write_bytes((stores / "loaded.duckdb").read_bytes())
    with duckdb.connect(str(changed)) as connection:
        connection.execute("UPDATE memberships SET identity_number = 0 WHERE record_number = 7")
    found = load_equality.compared(stores / "streamed.duckdb", changed)
    told = found.pop("records in their identities")
    assert (told.only_streamed, told.only_loaded) == (1, 1)
    assert all((each.only_streamed, each.only_loaded) == (0, 0) for each in found.values())
