"""The history of a store that was decided before views is told anew, to each viewer what it sees of it."""

import gzip
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from resolver.domain.handling import Viewer
from resolver.engine.asked.writes import Withdrawal, Write
from resolver.engine.engine import open_engine
from resolver.rpc.handling_messages import handling_in
from resolver.store.database import examine

VIEWERS = [Viewer("FRA", "ncb", "border"), Viewer("USA", "ncb", "identify"), Viewer("XOM", "nobody", "border")]


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "store.duckdb"
    path.write_bytes(gzip.decompress((Path(__file__).parent / "schema-4.duckdb.gz").read_bytes()))
    return path


def told(engine, viewer):
    """Who is in which identity, for who followed the feed from its beginning."""
    where = {}
    for decision in engine.reader.decisions(0, 10**6, viewer):
        for change in decision.changes:
            for record in change.records:
                assert where.pop(record, None) == change.before
                if change.after is not None:
                    where[record] = change.after
    return where


def listed(engine, viewer):
    found = engine.reader.identities(0, 10**6, 0, viewer=viewer)
    return {record: identity.name for identity in found for record in identity.records}


def names(path):
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute("SELECT name, withdrawn FROM records ORDER BY number").fetchall()


def test_each_viewer_is_told_of_the_records_that_it_sees_and_of_no_other(path):
    seen = {}
    with closing(open_engine(path, handled=handling_in, to_restandardise=True)) as engine:
        before = engine.reader.decisions(0, 10**6)
        for viewer in VIEWERS:
            assert told(engine, viewer) == listed(engine, viewer)
            seen[viewer] = {text for each in engine.reader.decisions(0, 10**6, viewer) for text in said_in(each)}
            listing = listed(engine, viewer)
            seen[viewer] = seen[viewer], set(listing)
    for viewer, (said, present) in seen.items():
        assert said == present, viewer
    assert len({len(present) for _, present in seen.values()}) > 1
    every = {name for name, withdrawn in names(path) if not withdrawn}
    with closing(open_engine(path, to_restandardise=True)) as engine:
        assert engine.reader.decisions(0, 10**6) == before, "it is told anew once, and plain text keeps the history"
        visible = {viewer: {one for one in every if engine.reader.record(one, viewer=viewer)} for viewer in VIEWERS}
    assert visible == {viewer: present for viewer, (_, present) in seen.items()}
    assert [(each.invariant.words, each.examples) for each in examine(path) if each.breaches] == []


def test_what_comes_after_goes_on_from_what_was_told_anew(path):
    present = [name for name, withdrawn in names(path) if not withdrawn]
    with closing(open_engine(path, handled=handling_in, to_restandardise=True)) as engine:
        engine.submit(Write(tuple(map(Withdrawal, present[::2])))).result(timeout=120)
        for viewer in VIEWERS:
            assert told(engine, viewer) == listed(engine, viewer)
            assert listed(engine, viewer).keys() < set(present[1::2])
    assert [(each.invariant.words, each.examples) for each in examine(path) if each.breaches] == []


def said_in(decision):
    """The names of records in a decision."""
    links = (*decision.deciding_links, *decision.broken_links, *(task.link for task in decision.review_tasks_raised))
    ends = (end for link in links for end in (link.left, link.right))
    return {decision.record, *ends, *(record for change in decision.changes for record in change.records)}
