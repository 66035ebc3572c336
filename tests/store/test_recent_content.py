"""What a few records state is kept as text first: nobody who reads a store can tell, and its log stays short."""

import shutil
from contextlib import closing
from dataclasses import replace
from itertools import pairwise

import duckdb
import numpy as np
import pytest

from ftf.resolution.v1 import record_pb2
from resolver.domain.decision import DecisionKind
from resolver.domain.errors import ErrorReason, StorageFull
from resolver.engine.asked.submission import Submission
from resolver.engine.asked.writes import Withdrawal, Write
from resolver.engine.engine import open_engine
from resolver.linkage.columns import SCHEMA as CONTENT
from resolver.rpc.convert import record_to_domain
from resolver.store import recent_content, resident_filling
from resolver.store.content import content_of
from resolver.store.content_tables import content_tables
from resolver.store.database import examine
from resolver.store.invariants import check
from resolver.store.log_file import log_of
from resolver.store.resident_table import ResidentTable
from tests.people import OTHER, SAME, person, submission
from tests.store.connections import Committing, failing

_PATIENCE = 120
RECORDS = 150
"""So many of the corpus have all columns that there are."""
NO_ROOM = "SELECT error('No space left on device')"
FULL = "Could not write file: No space left on device"
BYTES = 24_000
"""What DuckDB's log may take for a record, at most: its payload is a part of that."""


def write(engine, *changes):
    return engine.submit(Write(changes)).result(_PATIENCE)


def waiting(engine):
    return {number for (number,) in engine.reader.reading.rows("SELECT record_number FROM recent_content")}


def decode(payload):
    return record_to_domain(record_pb2.Record.FromString(payload))


def check_now(engine):
    return check(engine._database.cursor())


def rows(table):
    return sorted(map(repr, table.to_pylist()))


@pytest.fixture
def submissions(corpus_messages):
    messages = corpus_messages[:RECORDS]
    return [Submission(record_to_domain(each), each.SerializeToString()) for each in messages]


def test_content_reads_the_same_wherever_it_stands(submissions, monkeypatch):
    monkeypatch.setattr(recent_content, "MOST", 40)
    with closing(open_engine(None)) as engine:
        for place in range(0, len(submissions), 7):
            write(engine, *submissions[place : place + 7])
        assert 0 < len(waiting(engine)) < 40, "some were moved, and some wait"
        frequencies = engine.configuration.model.frequencies
        with engine.snapshot() as snapshot:
            made = {
                number: content_of(decode(payload), frequencies)
                for piece in snapshot.payloads()
                for number, payload in piece
            }
            comparable, facts, keys = content_tables(made, frequencies)
            assert rows(snapshot.content().read_all()) == rows(comparable)
            stated = [column for column in comparable.columns if column.null_count < len(column)]
            assert len(stated) > 40, "of 48 columns"
            assert rows(snapshot.facts().drop_columns(["name"])) == rows(facts)
            assert rows(snapshot.blocking_keys().read_all()) == rows(keys.select(["key", "record_number"]))
            families = engine.reader.reading.rows(f"SELECT key, record_number, family FROM {recent_content.KEYS}")
            assert sorted(families) == sorted(map(tuple, map(dict.values, keys.to_pylist())))


def test_many_records_go_into_the_tables_at_once(submissions):
    with closing(open_engine(None)) as engine:
        write(engine, *submissions)
        assert not waiting(engine)


def test_what_waits_is_explained_corrected_and_withdrawn(submissions):
    first, *others = submissions
    corrected = person("1", "Otto Wendelin Krautmann", nationality="DEU", town="Passau")
    with closing(open_engine(None)) as engine:
        write(engine, *(submission(person(str(place))) for place in range(2)))
        write(engine, submission(SAME))
        names = [person("1").name, SAME.name]
        before = engine.reader.explanations.pair(*names)
        assert before.same_identity
        assert before.shared_key_families
        write(engine, submission(corrected))
        after = engine.reader.explanations.pair(*names)
        assert after.match_weight < 0 < before.match_weight
        assert len(waiting(engine)) == 3, "a record that waits is replaced"
        write(engine, Withdrawal(SAME.name))
        assert len(waiting(engine)) == 2
        write(engine, first, *others)
        write(engine, submission(OTHER), submission(person("1")))
        assert [(each.invariant.words, each.examples) for each in check_now(engine) if each.breaches] == []


def test_what_waits_when_the_machine_stops_is_there_at_the_next_start(submissions, tmp_path):
    store, copy = tmp_path / "store.duckdb", tmp_path / "copy.duckdb"
    with closing(open_engine(store)) as engine:
        for place in range(0, 30, 3):
            write(engine, *submissions[place : place + 3])
        # What a crash leaves: the file and its log, as they are.
        shutil.copyfile(store, copy)
        shutil.copyfile(log_of(store), log_of(copy))
        names = [each.record.name for each in submissions[:10]]
        told = [engine.reader.explanations.pair(names[0], name) for name in names[1:]]
    with closing(open_engine(copy)) as engine:
        assert len(waiting(engine)) == 30
        assert [engine.reader.explanations.pair(names[0], name) for name in names[1:]] == told
        # The writer compares with what waits, and corrects it.
        again = replace(submissions[0].record, name="sources/again/records/1")
        (decision,) = write(engine, submission(again))
        assert decision.kind is DecisionKind.ATTACHED
        write(engine, submission(replace(submissions[1].record, name=submissions[0].record.name)))
        assert len(waiting(engine)) == 31
    for path in (store, copy):
        assert not [each.invariant.words for each in examine(path) if each.breaches]
        with duckdb.connect(str(path), read_only=True) as connection:
            assert connection.execute("SELECT count(*) FROM recent_content").fetchall() == [(0,)]


def test_a_store_that_is_closed_without_room_keeps_what_waits(submissions, tmp_path, monkeypatch):
    store = tmp_path / "store.duckdb"
    engine = open_engine(store)
    write(engine, *submissions[:3])
    with monkeypatch.context() as patched:
        patched.setattr(recent_content, "_MOVES", (*recent_content._MOVES, NO_ROOM))
        with pytest.raises(StorageFull):
            recent_content.move_all(engine._database.connection)
        patched.setattr("resolver.store.writer.move_all", full)
        engine.close()
    with closing(open_engine(store)) as engine:
        assert len(waiting(engine)) == 3


def full(_):
    raise StorageFull(ErrorReason.STORAGE_FULL, "the disk is full")


def test_a_move_that_cannot_be_committed_is_told_by_its_reason(submissions):
    with closing(open_engine(None)) as engine:
        write(engine, *submissions[:3])
        with pytest.raises(StorageFull):
            recent_content.move_all(Committing(engine._database.connection, failing(duckdb.IOException(FULL))))
        assert len(waiting(engine)) == 3


def test_a_write_that_is_undone_leaves_nothing_behind(submissions):
    with closing(open_engine(None)) as engine:
        write(engine, submissions[0])
        engine.submit(Write((submissions[1], Withdrawal(submissions[1].record.name)), validate_only=True)).result(60)
        assert len(waiting(engine)) == 1


def test_the_log_takes_no_more_for_a_record_the_more_there_are(submissions, tmp_path):
    store = tmp_path / "store.duckdb"
    with closing(open_engine(store)) as engine:
        sizes = []
        for one in submissions:
            write(engine, one)
            sizes.append(log_of(store).stat().st_size)
    taken = [after - before for before, after in pairwise(sizes)]
    assert max(taken) < BYTES


def test_a_start_finds_the_same_records_under_the_same_keys_in_however_many_ranges_keys_are_read(
    tmp_path, submissions, monkeypatch
):
    path = tmp_path / "store.duckdb"
    with closing(open_engine(path)) as engine:
        write(engine, *submissions[:120])
        write(engine, Withdrawal(submissions[3].name), *submissions[120:])
        assert waiting(engine)
        engine._database.connection.execute("INSERT INTO blocking_keys VALUES (7, 1000000, 'of a record that is gone')")
        found = []
        for at_once in (resident_filling._KEYS_AT_ONCE, 500):
            monkeypatch.setattr(resident_filling, "_KEYS_AT_ONCE", at_once)
            table = ResidentTable(CONTENT, ("record_number", "key"))
            resident_filling.fill(engine._database.connection, {"comparable": table})
            (run,) = table._content.indexes["key"].runs
            numbers = table.take(run.slots[np.argsort(run.slots)], ["record_number"])["record_number"].to_numpy()
            owners = numbers[np.argsort(np.argsort(run.slots, kind="stable"), kind="stable")]
            assert (np.diff(run.keys) >= 0).all()
            found.append(sorted(zip(run.keys.tolist(), owners.tolist(), strict=True)))
        kept = engine.reader.reading.rows(f"SELECT key, record_number FROM {recent_content.KEYS} WHERE key <> 7")
    assert found[0] == found[1] == sorted(kept)
