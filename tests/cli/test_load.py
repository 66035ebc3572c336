"""A holding that is loaded is what the stream would have made of it; and a load that fails leaves nothing behind."""

import json
import shutil
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from google.protobuf import json_format

from ftf.resolution.v1 import record_pb2
from resolver.cli.main import main
from resolver.domain.handling import Viewer
from resolver.engine.asked.writes import Write
from resolver.engine.engine import open_engine
from resolver.jobs import load as load_module
from resolver.retention.file import standard_policy
from resolver.rpc.requests import submission_or_error
from resolver.store import holding as holding_module
from resolver.store import retention_start
from resolver.store.database import examine
from resolver.store.judgements import TaskFilter

ALL_TASKS = TaskFilter("", "", (), unclaimed_only=False, now=datetime(2026, 3, 1))  # noqa: DTZ001 - UTC without zone
LOADED, SENT_LATER = 500, 60
CONTENT = ("comparable", "facts", "blocking_keys", "pairs", "record_versions")
"""Tables whose rows must be the same, but for times, and for the numbers of guards."""
GUARD = "(SELECT body FROM guards g WHERE g.number = r.guard)"


def load(*arguments, fails=0):
    found = CliRunner().invoke(main, ["load", *map(str, arguments)], catch_exceptions=False)
    assert found.exit_code == fails, found.output
    return found


def submissions(messages):
    return tuple(
        submission_or_error(record_pb2.Record.FromString(each.SerializeToString()), None, "r") for each in messages
    )


def stream(engine, messages):
    """Sends records in messages of 40, and gives the answers."""
    sent = submissions(messages)
    writes = [Write(sent[start : start + 40], streamed=True) for start in range(0, len(sent), 40)]
    return [answer for write in writes for answer in engine.submit(write).result(timeout=120)]


def write_lines(path, messages):
    path.write_text("".join(json.dumps(json_format.MessageToDict(each)) + "\n" for each in messages), encoding="utf-8")


@pytest.fixture(scope="module")
def holding(corpus_messages):
    """Records of which some come again: corrected, as they were, and with an etag that is of no version."""
    some = [record_pb2.Record.FromString(each.SerializeToString()) for each in corpus_messages[:LOADED]]
    for each in some[::3]:
        each.handling.allowed_countries.extend(["FRA", each.owner.country])
    for each in some[100:200:7]:
        each.handling.denied_purposes.append("border")
    corrected = [record_pb2.Record.FromString(each.SerializeToString()) for each in some[100:140:10]]
    for each, other in zip(corrected, some[200:204], strict=True):
        each.identities[0].CopyFrom(other.identities[0])
    stale = record_pb2.Record.FromString(some[7].SerializeToString())
    stale.etag = "no-version"
    early = record_pb2.Record.FromString(corpus_messages[LOADED].SerializeToString())
    early.etag = "no-version"
    return [*some[:300], early, *corrected, some[3], stale, *some[300:]]


@pytest.fixture(scope="module")
def both(holding, tmp_path_factory):
    """Two stores of one origin: `streamed` was sent a holding, `loaded` loaded it; with what the load printed."""
    folder = tmp_path_factory.mktemp("both")
    streamed, loaded, lines = folder / "streamed.duckdb", folder / "loaded.duckdb", folder / "holding.jsonl"
    open_engine(streamed).close()
    shutil.copy(streamed, loaded)
    engine = open_engine(streamed)
    answers = stream(engine, holding)
    engine.close()
    write_lines(lines, holding)
    with pytest.MonkeyPatch.context() as small:
        # Several parts of everything, as in a large holding.
        small.setattr(load_module, "_RECORDS_AT_ONCE", 200)
        small.setattr(load_module, "_DECIDED_AT_ONCE", 120)
        told = json.loads(load("--database", loaded, lines, "--case-reference", "move 1", "--json").stdout)
    return streamed, loaded, answers, told, lines


def rows(path, query):
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(query).fetchall()


def same(one, other, query):
    found = rows(one, query)
    assert found
    assert Counter(map(repr, found)) == Counter(map(repr, rows(other, query)))


def replayed(path):
    """What the feed alone tells: which record is in which identity, and the open review tasks."""
    identity_of, tasks = {}, {}
    for (body,) in rows(path, "SELECT body FROM decisions ORDER BY sequence"):
        decision = json.loads(body)
        for before, after, records in decision["changes"]:
            for record in records:
                assert identity_of.pop(record, None) == before
                if after is not None:
                    identity_of[record] = after
        for name, *_ in decision["closed"]:
            del tasks[name]
        tasks |= {name: rest for name, *rest in decision["raised"]}
    return identity_of, tasks


def test_a_loaded_store_holds_what_a_streamed_one_holds(both):
    streamed, loaded, *_ = both
    same(streamed, loaded, f"SELECT r.* EXCLUDE (create_time, update_time, guard), {GUARD} FROM records r")
    same(streamed, loaded, "SELECT record_number, identity_number FROM memberships WHERE until_decision IS NULL")
    same(
        streamed,
        loaded,
        "SELECT identity_low, identity_high, reason, left_number, right_number, match_weight"
        " FROM review_tasks WHERE closed_by IS NULL",
    )
    for table in CONTENT:
        same(streamed, loaded, f"SELECT COLUMNS(c -> c NOT IN ('accept_time', 'guard')) FROM {table}")
    same(streamed, loaded, f"SELECT number, version, {GUARD} FROM record_versions r")
    ((guards, guarded),) = rows(
        loaded, "SELECT (SELECT count(*) FROM guards), (SELECT count(*) FROM records WHERE guard <> 0)"
    )
    assert guarded > LOADED / 3 > guards > 10
    ((tasks, largest),) = rows(
        loaded,
        "SELECT (SELECT count(*) FROM review_tasks), max(records)"
        " FROM (SELECT count(*) AS records FROM memberships GROUP BY identity_number)",
    )
    assert tasks > 10
    assert largest > 2


def test_the_feed_of_a_loaded_store_tells_its_memberships_and_tasks(both):
    streamed, loaded, *_ = both
    assert replayed(loaded) == replayed(streamed)
    # Nobody is taken out of an identity on the way, but for what came again and was corrected.
    first = rows(loaded, f"SELECT DISTINCT body->>'$.kind' FROM decisions WHERE sequence <= {LOADED}")
    assert {kind for (kind,) in first} == {"CREATED", "ATTACHED"}


def test_who_is_attached_is_linked_to_who_was_told_before(both):
    _, loaded, *_ = both
    told = set()
    for kind, body in rows(
        loaded, f"SELECT body->>'$.kind', body FROM decisions WHERE sequence <= {LOADED} ORDER BY sequence"
    ):
        decision = json.loads(body)
        ends = {end for left, right, _ in decision["deciding_links"] for end in (left, right)} - {decision["record"]}
        # In the order of their numbers, who links a record to its identity may come after it.
        assert kind == "ATTACHED" or not ends
        assert ends <= told
        told.add(decision["record"])


def test_each_viewer_sees_in_a_loaded_store_what_it_sees_in_a_streamed_one(both):
    viewers = [Viewer("FRA", "ncb", "border"), Viewer("USA", "fbi", "identify"), Viewer("TUR", "migration", "border")]
    found = []
    for path in both[:2]:
        with closing(open_engine(path)) as engine:
            reader = engine.reader
            found.append(
                [
                    (
                        {each.records for each in reader.identities(0, 10**6, 0, viewer=viewer)},
                        {each.task for each in reader.judgements.tasks(0, 10**6, ALL_TASKS, viewer)},
                    )
                    for viewer in viewers
                ]
            )
    assert found[0] == found[1]
    assert len({len(identities) for identities, _ in found[0]}) == len(viewers)
    assert all(tasks for _, tasks in found[0])


def test_a_loaded_store_is_whole_and_says_who_loaded_it(both, holding):
    _, loaded, *_ = both
    assert not [each for each in examine(loaded) if each.breaches]
    entries = [json.loads(body) for (body,) in rows(loaded, "SELECT body FROM audit_entries ORDER BY number")]
    assert {(each["method"], each["case_reference"]) for each in entries} == {("resolver/load", "move 1")}
    told = {reference for each in entries for reference in each["references"]}
    assert {each.name for each in holding[:300]} <= told
    assert sum(each["results"].get("ETAG_MISMATCH", 0) for each in entries) == 2


def test_what_comes_again_is_a_correction_and_what_is_refused_is_listed(both, holding):
    _, loaded, answers, told, lines = both
    assert (told["records"], told["repeated"], told["rejected"]) == (LOADED, 6, 2)
    assert told["kinds"]["UNCHANGED"] >= 1
    versions = rows(loaded, "SELECT max(version), count(*) FILTER (version = 2) FROM records")
    assert versions == [(2, 4)]
    rejects = [json.loads(line) for line in (lines.parent / "holding.jsonl.rejects.jsonl").read_text().splitlines()]
    refused = [(line, each.reason.name) for line, each in enumerate(answers, start=1) if hasattr(each, "reason")]
    assert (
        [(each["line"], each["reason"]) for each in rejects]
        == refused
        == [(301, "ETAG_MISMATCH"), (307, "ETAG_MISMATCH")]
    )
    found = Counter(each.kind.name for answer in answers for each in getattr(answer, "findings", ()))
    assert told["findings"] == dict(found)


def test_further_records_are_answered_as_by_a_streamed_store(both, corpus_messages, tmp_path):
    told = []
    for path in both[:2]:
        copy = shutil.copy(path, tmp_path / path.name)
        engine = open_engine(copy)
        answers = stream(engine, corpus_messages[LOADED : LOADED + SENT_LATER])
        identities = {each.name: each.records for each in engine.reader.identities(0, 2 * LOADED, 0)}
        engine.close()
        told.append(([replace(each, sequence=0, commit_time=None) for each in answers], identities))
    assert told[0] == told[1]
    assert any(answer.deciding_links for answer in told[0][0])


MAPPING = """
source: prisons
record: "{id}"
owner: {country: IRQ}
names: [{full_name: "{first} {last}"}]
births: [{value: "{born}", formats: ["%d.%m.%Y"]}]
"""
ROWS = [
    {"id": "1", "first": "Zeyd", "last": "Alun", "born": "04.03.1985"},
    {"id": "2", "first": "Zeid", "last": "Alun", "born": "04.03.1985"},
    {"id": "3", "first": "Otto", "last": "Krautmann", "born": "30.02.1961"},
]


@pytest.fixture
def mapping(tmp_path):
    path = tmp_path / "mapping.yaml"
    path.write_text(MAPPING)
    return path


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "rows.parquet"
    pq.write_table(pa.Table.from_pylist(ROWS), path)
    return path


@pytest.fixture
def database(tmp_path):
    return tmp_path / "store.duckdb"


def kill_a_load(*arguments):
    """Starts a load in a process of its own, and kills it when it has begun to fill a store."""
    command = [sys.executable, "-m", "resolver.cli", "load", *map(str, arguments)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        unfinished = Path(f"{arguments[1]}.loading")
        deadline = time.monotonic() + 120
        while not unfinished.exists():
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.01)
        process.kill()


def test_after_a_killed_load_there_is_nothing_and_the_next_goes_in_encrypted_too(
    tmp_path, table, mapping, database, monkeypatch
):
    monkeypatch.setenv("RESOLVER_STORE_KEY", "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff")
    second = tmp_path / "rows.csv"
    second.write_text("id,first,last,born\n9,Otto,Krautmann,01.02.1961\n1,Zeyd,Alun,04.03.1985\n")
    kill_a_load("--database", database, "--mapping", mapping, table, second)
    assert not database.exists()
    assert list(tmp_path.glob("*.loading"))
    found = load("--database", database, "--mapping", mapping, table, second).output
    assert "3 records are in store.duckdb" in found
    assert "1 rows state such a record again" in found
    assert "1 rows were rejected" in found
    checked = CliRunner().invoke(main, ["check", str(database)])
    assert (checked.exit_code, "BROKEN" in checked.output) == (0, False)
    assert not list(tmp_path.glob("*.loading*"))


def owner_of(path):
    return rows(path, "SELECT country, authority FROM records")


def test_records_that_do_not_say_whose_they_are_get_the_owner_that_is_stated(tmp_path, corpus_messages, database):
    record = json_format.MessageToDict(corpus_messages[0])
    del record["owner"]
    path = tmp_path / "records.jsonl"
    path.write_text(json.dumps(record) + "\n")
    words = load("--database", database, path, fails=1).output
    assert "no row states a record that can be stored" in words
    assert not database.exists()
    load("--database", database, "--owner-country", "IRQ", "--owner-authority", "prisons", path)
    assert owner_of(database) == [("IRQ", "prisons")]


def digest(path):
    return sha256(path.read_bytes()).hexdigest() if path.exists() else None


def damaged_parquet(folder):
    path = folder / "damaged.parquet"
    pq.write_table(
        pa.table({name: [f"{name}{place}" for place in range(9_000)] for name in ROWS[0]}), path, compression="none"
    )
    content = bytearray(path.read_bytes())
    content[200:60_000] = b"\xff" * 59_800
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("there", [False, True], ids=["no store", "an empty store"])
def test_a_load_that_fails_leaves_what_was_there(there, tmp_path, table, mapping, database, monkeypatch):
    if there:
        open_engine(database).close()
    before = digest(database)
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(MAPPING.replace("{last}", "{family}"))
    assert "there is no column 'family'" in load("--database", database, "--mapping", wrong, table, fails=1).output
    assert "columns need a mapping" in load("--database", database, table, fails=1).output
    bytes_ = tmp_path / "bytes.parquet"
    pq.write_table(pa.table({name: [b"Zeyd", None] for name in ROWS[0]}), bytes_)
    assert "'id' holds neither text" in load("--database", database, "--mapping", mapping, bytes_, fails=1).output
    damaged = damaged_parquet(tmp_path)
    assert "damaged" in load("--database", database, "--mapping", mapping, damaged, fails=1).output

    def full(*_):
        raise duckdb.IOException("Could not write file: No space left on device")

    monkeypatch.setattr(holding_module, "find_candidates", full)
    found = load("--database", database, "--mapping", mapping, table, fails=1).output
    assert "no room on the disk, or it failed; nothing was loaded" in found
    assert digest(database) == before
    assert {path.name for path in tmp_path.iterdir()} <= {
        "mapping.yaml",
        "wrong.yaml",
        "rows.parquet",
        "rows.parquet.rejects.jsonl",
        "damaged.parquet",
        "bytes.parquet",
        "store.duckdb",
    }


def test_a_store_with_records_is_refused_and_the_way_in_is_named(both, tmp_path, table, mapping):
    copy = shutil.copy(both[1], tmp_path / "store.duckdb")
    before = digest(copy)
    assert "`resolver import`" in load("--database", copy, "--mapping", mapping, table, fails=1).output
    assert digest(copy) == before


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--memory", "lots"), "must be a number and MB"),
        (("--owner-country", "XYZ"), "--owner-country must be a country's code"),
        (("--owner-authority", "prisons"), "--owner-country must be a country's code"),
    ],
)
def test_an_option_that_is_wrong_is_named(table, mapping, database, options, words):
    assert words in load("--database", database, "--mapping", mapping, *options, table, fails=2).output
    assert not database.exists()


DATES = "SELECT r.name, t.* EXCLUDE (record_number) FROM retention t JOIN records r ON r.number = t.record_number"


def test_a_load_gives_records_the_dates_of_the_shipped_policy_and_a_server_with_another_gives_them_its_own(
    both, tmp_path, monkeypatch
):
    streamed, loaded, *_ = both
    same(streamed, loaded, DATES)
    path = tmp_path / "store.duckdb"
    alone = json.loads(load("--database", path, both[-1], "--json").stdout)
    assert alone["records"]
    before = sorted(rows(path, DATES))
    with monkeypatch.context() as never:
        never.setattr(retention_start, "_renewed", lambda *_: 1 / 0)
        open_engine(path).close()
    assert sorted(rows(path, DATES)) == before
    shipped = standard_policy()
    shorter = {
        kind: replace(each, review_years=1, expiry_years=1, longest_years=1) for kind, each in shipped.periods.items()
    }
    open_engine(path, retention=replace(shipped, periods=shorter)).close()
    assert sorted(rows(path, DATES)) != before
