"""Stores that earlier versions made, kept as files: each is brought up whole, loses nothing, and is written on."""

import gzip
import json
from contextlib import closing
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from ftf.resolution.v1 import record_pb2
from resolver.cli.reresolve import reresolve
from resolver.domain.decision import Decision
from resolver.domain.errors import StoreError
from resolver.engine import open_engine
from resolver.rpc.convert import record_to_domain
from resolver.store.backups import backup_stopped, restore
from resolver.store.content import content_of
from resolver.store.content_tables import content_tables
from resolver.store.database import OlderStore, examine, open_database
from resolver.writes import Withdrawal, Write
from tests.people import person, submission

EARLIER = sorted(Path(__file__).parent.glob("schema-*.duckdb.gz"), key=lambda path: path.name)
_ALL = 10**9
_PATIENCE = 120


@pytest.fixture(params=EARLIER, ids=lambda path: path.name.split(".")[0])
def store(request, tmp_path):
    """A store as an earlier version left it."""
    path = tmp_path / "store.duckdb"
    path.write_bytes(gzip.decompress(request.param.read_bytes()))
    return path


REBUILT = "'name_skeletons', 'part_sounds'"
"""Columns of earlier standardisers that are rebuilt with what takes their place."""


def tables(path):
    """Rows by table."""
    with duckdb.connect(str(path), read_only=True) as connection:
        names = [name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        return {
            name: connection.sql(f"SELECT COLUMNS(c -> c NOT IN ({REBUILT})) FROM {name}").order("ALL").fetchall()
            for name in names
        }


def decode(payload):
    return record_to_domain(record_pb2.Record.FromString(payload))


def resolved_anew(path):
    """Brings a store to this version's standardiser, as its operator does; returns the plan for that."""
    for action in ("--plan", "--apply"):
        done = CliRunner().invoke(reresolve, [str(path), action, "--json"])
        assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_there_is_a_store_of_every_earlier_version():
    with closing(open_database(None).connection) as connection:
        ((newest,),) = connection.execute("SELECT value FROM settings WHERE name = 'schema_version'").fetchall()
    assert [path.name for path in EARLIER] == [f"schema-{number}.duckdb.gz" for number in range(1, int(newest))]


def test_an_earlier_store_is_brought_up_whole_and_loses_nothing(store):
    before = tables(store)
    assert all(before[name] for name in ("decisions", "records", "verdicts", "review_tasks", "answers", "pairs"))
    open_engine(store, to_restandardise=True).close()
    assert not [each.invariant.words for each in examine(store) if each.breaches]
    after = tables(store)
    was, now = dict(before.pop("settings")), dict(after["settings"])
    assert now.pop("schema_version") > was.pop("schema_version")
    assert now.items() >= was.items()
    for name, rows in before.items():
        # What a table has gained stands in its last columns.
        assert [row[: len(rows[0])] for row in after[name]] == rows if rows else name in after


def test_an_earlier_store_is_served_when_a_plan_has_brought_it_to_this_standardiser(store):
    with pytest.raises(StoreError, match=r"standardiser.*resolver reresolve --plan"):
        open_engine(store)
    plan = resolved_anew(store)
    assert plan["model"] == plan["former_model"]
    assert plan["state"] == "APPLIED"
    assert not [each.invariant.words for each in examine(store) if each.breaches]
    with closing(open_engine(store)) as engine, engine.snapshot() as snapshot:
        frequencies = engine.configuration.model.frequencies
        content = {
            number: content_of(decode(payload), frequencies)
            for piece in snapshot.payloads()
            for number, payload in piece
        }
        comparable, _, keys = content_tables(content, frequencies)
        assert snapshot.facts() == {number: item.facts for number, item in content.items()}
        assert rows(snapshot.content()) == sorted(map(repr, comparable.to_pylist()))
        assert rows(snapshot.blocking_keys()) == sorted(map(repr, keys.to_pylist()))


def rows(pieces):
    return sorted(repr(row) for piece in pieces for row in piece.to_pylist())


def test_an_earlier_store_is_written_on(store):
    before = tables(store)
    (key, digest, *_), *_ = before["answers"]
    resolved_anew(store)
    with closing(open_engine(store)) as engine:
        head = engine.reader.head()
        assert head >= len(before["decisions"])
        # The change is not looked at: the request was answered before, by the earlier version.
        again = engine.submit(Write((Withdrawal("sources/a/records/a"),), request_key=key, digest=digest))
        assert {told.sequence for told in again.result(_PATIENCE) if isinstance(told, Decision)} <= set(range(head + 1))
        known = next(name for group in engine.reader.identities(0, _ALL, 0) for name in group.records)
        changes = (submission(person("1")), submission(person("2", town="Derbent")), Withdrawal(known))
        decided = engine.submit(Write(changes)).result(_PATIENCE)
        assert [decision.sequence for decision in decided] == [head + 1, head + 2, head + 3]
    assert not [each.invariant.words for each in examine(store) if each.breaches]


def test_an_earlier_store_is_copied_as_it_is_and_brought_up_when_the_copy_is_restored(store, tmp_path):
    before = tables(store)
    with pytest.raises(OlderStore, match="schema"):
        examine(store)
    backup_stopped(store, None, tmp_path, "before", datetime(2026, 3, 1))  # noqa: DTZ001 - UTC without zone
    assert tables(tmp_path / "before.duckdb") == before
    restored = tmp_path / "restored.duckdb"
    restore(tmp_path / "before.json", restored, None)
    assert not [each.invariant.words for each in examine(restored) if each.breaches]
    assert tables(restored)["decisions"] == before["decisions"]
