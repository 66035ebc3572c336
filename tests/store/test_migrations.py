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
from resolver.domain.marking import UNMARKED
from resolver.engine.asked.writes import Withdrawal, Write
from resolver.engine.engine import open_engine
from resolver.rpc.convert import record_to_domain
from resolver.rpc.handling_messages import handling_in
from resolver.standardise.record import VERSION as STANDARDISER
from resolver.store.backups import backup_stopped, restore
from resolver.store.content import content_of
from resolver.store.content_tables import content_tables
from resolver.store.database import OlderStore, examine, open_database
from resolver.store.facts_table import FactsTable
from resolver.store.guards import guard_from_text
from resolver.store.markings import marking_from_text
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
MARKED = ("feed_marks", "told_decisions")


def opened(path):
    """The store, whichever version made it comparable."""
    return open_engine(path, handled=handling_in, to_restandardise=True)


def tables(path):
    """Rows by table."""
    with duckdb.connect(str(path), read_only=True) as connection:
        names = [name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        return {
            name: [
                tuple(map(as_marked, row) if name in MARKED else row)
                for row in connection.sql(f"SELECT COLUMNS(c -> c NOT IN ({REBUILT})) FROM {name}")
                .order("ALL")
                .fetchall()
            ]
            for name in names
        }


def as_marked(value):
    """Whose records a decision concerns, as it is kept since schema 7."""
    return " ".join(sorted(value)) if isinstance(value, list) else value


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


@pytest.fixture(params=("schema-4", "schema-5"))
def unread(request, tmp_path):
    """A store of a version that has not looked into all that payloads say of handling."""
    path = tmp_path / "store.duckdb"
    path.write_bytes(gzip.decompress((Path(__file__).parent / f"{request.param}.duckdb.gz").read_bytes()))
    return path


@pytest.fixture
def restricting(tmp_path):
    """A store of the version before guards, whose owners keep records from countries."""
    path = tmp_path / "store.duckdb"
    path.write_bytes(gzip.decompress((Path(__file__).parent / "schema-4.duckdb.gz").read_bytes()))
    return path


def test_what_earlier_payloads_say_of_who_may_see_records_holds_from_the_first_start_on(restricting):
    with closing(opened(restricting)):
        pass
    with duckdb.connect(str(restricting), read_only=True) as connection:
        guards = dict(connection.execute("SELECT * FROM guards").fetchall())
        versions = connection.execute(
            "SELECT number, version, withdrawn, payload, guard FROM record_versions ORDER BY ALL"
        ).fetchall()
        records = connection.execute("SELECT number, guard FROM records").fetchall()
    said = {}
    for number, _, withdrawn, payload, guard in versions:
        said[number] = said[number] if withdrawn else handling_in(payload).guard
        assert (None if guard == 0 else guard_from_text(guards[guard])) == said[number]
    assert {number: guard for number, *_, guard in versions} == dict(records)
    assert len(guards) > 3
    assert any(withdrawn and guard for _, _, withdrawn, _, guard in versions)


def test_what_earlier_payloads_say_of_how_to_handle_records_is_told_from_the_first_start_on(store):
    with closing(opened(store)) as engine:
        names = [name for name, *_ in tables_of(engine, "SELECT name FROM records")]
        told = engine.markings.shown(names, None)
    with duckdb.connect(str(store), read_only=True) as connection:
        rows = connection.execute(
            "SELECT r.name, v.payload FROM records r JOIN record_versions v ON v.number = r.number "
            "WHERE NOT v.withdrawn ORDER BY v.number, v.version"
        ).fetchall()
        staged = connection.execute("SELECT payload, marking FROM staged_records").fetchall()
    said = {name: handling_in(payload).marking for name, payload in rows}
    assert told == {name: marking for name, marking in said.items() if marking != UNMARKED}
    assert len(set(told.values())) > 5
    assert all(marking_from_text(text) == handling_in(payload).marking for payload, text in staged)


def tables_of(engine, query):
    return engine.reader.reading.rows(query)


def test_nobody_is_served_earlier_records_before_it_is_known_who_may_see_them_and_how_they_are_marked(unread):
    before = tables(unread)
    with pytest.raises(StoreError, match="nobody looked into"):
        open_engine(unread, to_restandardise=True)
    after = tables(unread)
    for name in ("decisions", "memberships"):
        assert [row[: len(before[name][0])] for row in after[name]] == before[name]
    with closing(opened(unread)) as engine:
        assert engine.reader.head() == len(before["decisions"])


def test_an_earlier_store_is_brought_up_whole_and_loses_nothing(store):
    before = tables(store)
    assert all(before[name] for name in ("decisions", "records", "verdicts", "review_tasks", "answers", "pairs"))
    opened(store).close()
    assert not [each.invariant.words for each in examine(store) if each.breaches]
    after = tables(store)
    was, now = dict(before.pop("settings")), dict(after["settings"])
    assert now.pop("schema_version") > was.pop("schema_version")
    assert now.items() >= was.items()
    for name, rows in before.items():
        # What a table has gained stands in its last columns.
        assert [row[: len(rows[0])] for row in after[name]] == rows if rows else name in after


def test_an_earlier_store_is_served_when_a_plan_has_brought_it_to_this_standardiser(store):
    standardised_by = dict(tables(store)["settings"])["standardiser"]
    if standardised_by != str(STANDARDISER):
        with pytest.raises(StoreError, match=r"standardiser.*resolver reresolve --plan"):
            open_engine(store, handled=handling_in)
    plan = resolved_anew(store)
    assert plan["model"] == plan["formerModel"]
    assert plan["state"] == "PLAN_STATE_APPLIED"
    assert not [each.invariant.words for each in examine(store) if each.breaches]
    with closing(open_engine(store, handled=handling_in)) as engine, engine.snapshot() as snapshot:
        frequencies = engine.configuration.model.frequencies
        content = {
            number: content_of(decode(payload), frequencies)
            for piece in snapshot.payloads()
            for number, payload in piece
        }
        comparable, _, keys = content_tables(content, frequencies)
        facts = FactsTable(snapshot.facts())
        assert facts.facts(facts.records) == {number: item.facts for number, item in content.items()}
        assert rows(snapshot.content().read_all()) == rows(comparable)
        assert rows(snapshot.blocking_keys().read_all()) == rows(keys.select(["key", "record_number"]))
        families = engine.reader.reading.rows("SELECT key::BIGINT, record_number, family FROM blocking_keys")
        assert sorted(families) == sorted(map(tuple, map(dict.values, keys.to_pylist())))


def rows(table):
    return sorted(map(repr, table.to_pylist()))


def test_an_earlier_store_is_written_on(store):
    before = tables(store)
    (key, digest, *_), *_ = before["answers"]
    resolved_anew(store)
    with closing(open_engine(store, handled=handling_in)) as engine:
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
    assert [row[: len(before["decisions"][0])] for row in tables(restored)["decisions"]] == before["decisions"]
