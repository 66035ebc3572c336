"""A store is whole, what would break it is found, and a broken one is not served after a crash."""

import json
import shutil
from dataclasses import replace

import duckdb
import pytest
from click.testing import CliRunner

from resolver.cli.main import main
from resolver.domain.errors import StoreError
from resolver.domain.handling import Restrictions
from resolver.domain.verdict import Basis, Justification, VerdictKind, Word
from resolver.engine.asked.judgements import GiveVerdict, WithdrawVerdict
from resolver.engine.asked.writes import Withdrawal, Write
from resolver.engine.engine import open_engine
from resolver.store.database import examine
from resolver.store.invariants import THOROUGH
from tests.people import submission


@pytest.fixture(scope="module")
def store(corpus, tmp_path_factory):
    """A store in which everything has happened: arrivals, corrections, withdrawals, returns, verdicts, splits."""
    path = tmp_path_factory.mktemp("whole") / "store.duckdb"
    engine = open_engine(path)
    records = corpus[:300]
    for start in range(0, len(records), 50):
        engine.submit(Write(tuple(map(submission, records[start : start + 50])))).result(timeout=60)
    changed = [replace(one, name=other.name) for one, other in zip(records[:20], records[40:60], strict=True)]
    engine.submit(Write(tuple(map(submission, changed)))).result(timeout=60)
    engine.submit(Write(tuple(Withdrawal(record.name) for record in records[60:90]))).result(timeout=60)
    engine.submit(Write(tuple(map(submission, records[70:80])))).result(timeout=60)
    # Half of them are hidden from others, so that the others are told of their fellows in another way.
    hidden = [replace(record, restrictions=FRENCH) for record in records[0:300:2]]
    engine.submit(Write(tuple(map(submission, hidden)))).result(timeout=60)
    groups = engine.reader.identities(0, 1_000, 0)
    mates = next(group.records for group in groups if len(group.records) > 1)
    alone = [group.records[0] for group in groups if len(group.records) == 1]
    for one, other, kind in ((*mates[:2], VerdictKind.DIFFERENT), (*alone[:2], VerdictKind.SAME)):
        judge(engine, GiveVerdict(one, other, word(kind)))
    (told,) = judge(engine, GiveVerdict(*alone[4:6], word(VerdictKind.SAME)))
    judge(engine, WithdrawVerdict(told.verdicts[0].number, "ex-1", "a mistake", ""))
    engine.close()
    return path


def word(kind):
    return Word(kind, Basis.EXAMINER, Justification.NOT_ASSESSED, "compared the files", "ex-1")


def judge(engine, judgement):
    return engine.submit(Write((), atomic=True, judgement=judgement)).result(timeout=60)


FRENCH = Restrictions(allowed_countries=frozenset({"FRA"}))


def test_a_store_in_which_everything_has_happened_is_whole(store):
    with duckdb.connect(str(store), read_only=True) as connection:
        for table in ("told_decisions", "told_identities", "told_moves", "told_tasks", "told_closings"):
            assert connection.table(table).count("*").fetchall() != [(0,)], table
    assert [finding.invariant.words for finding in examine(store) if finding.breaches] == []


BROKEN_BY = {
    "every record is in exactly one identity, and a withdrawn one in none": (
        "DELETE FROM memberships WHERE record_number = (SELECT max(number) FROM records WHERE NOT withdrawn)"
    ),
    "an identity bears the number of its oldest record": (
        "UPDATE memberships SET identity_number = identity_number + 1000000 WHERE until_decision IS NULL"
    ),
    "the feed has no gap": "DELETE FROM decisions WHERE sequence = 7",
    "every decision has one row of what filters read of it": "DELETE FROM feed_marks WHERE sequence = 7",
    "no consumer has acknowledged what is not in the feed": (
        "INSERT INTO consumers VALUES (1, 'consumers/a', '', [], [], now()::TIMESTAMP, 0, NULL, 999999, NULL, NULL)"
    ),
    "who joined an identity by a decision is written as the feed tells": (
        "UPDATE memberships SET from_decision = from_decision + 1 WHERE record_number = 9 AND until_decision IS NULL"
    ),
    "who left an identity by a decision is written as the feed tells": (
        "UPDATE memberships SET until_decision = until_decision + 1 WHERE until_decision IS NOT NULL"
    ),
    "every version of a record is kept": "DELETE FROM record_versions WHERE number = 5",
    "a record stands behind the guard of its newest version, and a withdrawal behind that of what it withdraws": (
        "UPDATE records SET guard = 99999 WHERE number = 5"
    ),
    "every guard is known, and stands once": "UPDATE record_versions SET guard = 99999 WHERE number = 5",
    "what a record is marked with can be read": "UPDATE records SET marking = '[3]' WHERE number = 5",
    "every present record can be compared, and no other": (
        "DELETE FROM comparable WHERE record_number = 5; DELETE FROM recent_content WHERE record_number = 5"
    ),
    "every present record has what rules read, and no other has": (
        "INSERT INTO facts VALUES (5, false, [], [], [], [], [], [])"
    ),
    "only present records have blocking keys": "INSERT INTO blocking_keys VALUES (1, 999999, 'name')",
    "a pair is of two present records, and stands under both with one weight": (
        "UPDATE pairs SET match_weight = 99 WHERE record_number < other_number"
    ),
    "an open review task is between two identities, by a record of each": (
        "UPDATE review_tasks SET identity_high = identity_high + 1000000 WHERE closed_by IS NULL"
    ),
    "a verdict is about two records that were accepted": "UPDATE verdicts SET right_number = 999999",
    "two records that a standing verdict calls the same are in one identity": (
        "UPDATE verdicts SET kind = 1 WHERE kind = 2"
    ),
    "every record has one row of how long it is kept, and no other has": (
        "DELETE FROM retention WHERE record_number = 5"
    ),
    "whoever was in an identity is a record, or was purged": "DELETE FROM records WHERE number = 5",
    "nothing is left of a record that was purged but its memberships, which ended": (
        "INSERT INTO purges VALUES (5, 5, 'purgedRecords/0', 0)"
    ),
    "every purge is told in the feed, by its digest": "INSERT INTO purges VALUES (5, 5, 'purgedRecords/0', 0)",
    "every audience is known, by guards that are": "UPDATE decisions SET audience = 99999 WHERE sequence = 7",
    "nobody is told a decision in two ways": (
        "INSERT INTO told_decisions SELECT sequence, 0, record_number, commit_time, body, 1, false, '', '' "
        "FROM decisions WHERE sequence = 7"
    ),
    "what follows from a decision is told to those who are told the decision": (
        "UPDATE feed_marks SET audience = 99999 WHERE sequence = 7"
    ),
    "where a record went is written for each audience as it is told": "DELETE FROM told_moves WHERE record_number = 1",
    "the audit log has no gap, and is filtered by what its entries say": (
        "INSERT INTO audit_entries VALUES (7, now()::TIMESTAMP, '', '', '{}', ''::BLOB)"
    ),
    "every entry of the audit log has the hash that follows from the one before": (
        "INSERT INTO audit_entries VALUES (1, now()::TIMESTAMP, '', '', '{}', ''::BLOB)"
    ),
}


def test_every_invariant_is_broken_once():
    assert list(BROKEN_BY) == [invariant.words for invariant in THOROUGH]


@pytest.mark.parametrize("words", BROKEN_BY)
def test_what_breaks_a_store_is_found_by_its_place(store, tmp_path, words):
    path = tmp_path / "store.duckdb"
    shutil.copy(store, path)
    with duckdb.connect(str(path)) as connection:
        connection.execute(BROKEN_BY[words])
    broken = {finding.invariant.words: finding.examples for finding in examine(path) if finding.breaches}
    assert words in broken
    assert 1 <= len(broken[words]) <= 3
    shown = CliRunner().invoke(main, ["check", str(path)])
    assert shown.exit_code == 1
    assert f"BROKEN  {words}: not so in" in shown.output


def test_a_store_that_a_crash_left_broken_is_not_served_and_left_as_it_is(store, tmp_path):
    path = tmp_path / "store.duckdb"
    log = path.with_name("store.duckdb.wal")
    crashed = crash(store, tmp_path / "running.duckdb", "DELETE FROM decisions WHERE sequence = 7")
    shutil.copy(crashed, path)
    shutil.copy(crashed.with_name("running.duckdb.wal"), log)
    before = path.read_bytes(), log.read_bytes()
    with pytest.raises(StoreError, match=r"not whole after a crash.*the feed has no gap \(not so: decision 8, "):
        open_engine(path)
    assert (path.read_bytes(), log.read_bytes()) == before


def test_a_store_that_a_crash_left_whole_is_served(store, tmp_path):
    crashed = crash(store, tmp_path / "running.duckdb", "INSERT INTO settings VALUES ('checked', 'yes')")
    path = tmp_path / "store.duckdb"
    shutil.copy(crashed, path)
    shutil.copy(crashed.with_name("running.duckdb.wal"), path.with_name("store.duckdb.wal"))
    engine = open_engine(path)
    head = engine.reader.head()
    engine.close()
    assert head > 300


def crash(store, path, statement):
    """A store whose log holds a statement, as a process that was killed leaves it."""
    shutil.copy(store, path)
    connection = duckdb.connect(str(path))
    connection.execute("SET checkpoint_threshold = '1GB'; PRAGMA disable_checkpoint_on_shutdown")
    connection.execute(statement)
    connection.close()
    assert path.with_name(f"{path.name}.wal").exists()
    return path


def test_a_whole_store_is_said_to_hold(store):
    shown = CliRunner().invoke(main, ["check", str(store)])
    assert shown.exit_code == 0
    assert shown.output.count("holds ") == len(THOROUGH)
    told = json.loads(CliRunner().invoke(main, ["check", str(store), "--json"]).output)
    assert [(each["holds"], each["breaches"]) for each in told] == [(True, 0)] * len(THOROUGH)


def test_a_file_that_is_no_store_cannot_be_checked(tmp_path):
    (tmp_path / "notes.txt").write_text("nothing", encoding="utf-8")
    for name, words in (("notes.txt", "not a store"), ("nowhere", "does not exist")):
        shown = CliRunner().invoke(main, ["check", str(tmp_path / name)])
        assert shown.exit_code == 1
        assert words in shown.output


def test_a_store_in_use_cannot_be_checked(store):
    engine = open_engine(store)
    try:
        with pytest.raises(StoreError):
            examine(store)
    finally:
        engine.close()
