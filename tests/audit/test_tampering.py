"""Whatever is changed in the log is found, in a store and in a copy; by a noted head where the chain cannot tell."""

import json
import shutil
from datetime import datetime, timedelta
from hashlib import sha256

import duckdb
import pytest
from click.testing import CliRunner

from resolver.cli.main import main
from resolver.domain.audit import Asked, AuditEntry, Head, parse_head
from resolver.domain.audit_copy import BrokenCopy, copy_line, verify_copy
from resolver.engine.asked.writes import Write
from resolver.engine.engine import open_engine
from resolver.store.audit import AuditFilter
from resolver.store.database import examine, open_database
from tests.people import person, submission

_ALL = 10**9
NOON = datetime(2026, 3, 1, 12)  # noqa: DTZ001 - UTC without zone
ASKED = Asked("ftf://FRA/ncb/records", "identify", "case 1", "ftf.resolution.v1.RecordService/GetRecord", ("name",))


def note(engine, reference="sources/a/records/1"):
    asked = Asked(ASKED.caller, ASKED.purpose, ASKED.case_reference, ASKED.method, ASKED.inputs, (reference,))
    engine.submit(Write((), note=AuditEntry(asked))).result(timeout=60)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A store whose log has eight entries, the second of them a write's."""
    path = tmp_path_factory.mktemp("log") / "store.duckdb"
    engine = open_engine(path, clock=lambda: NOON)
    note(engine)
    engine.submit(Write((submission(person("1")),), atomic=True, asked=ASKED)).result(timeout=60)
    for place in range(6):
        note(engine, f"sources/a/records/ü{place}")
    engine.close()
    return path


@pytest.fixture
def copied(store, tmp_path):
    return shutil.copy(store, tmp_path / "copied.duckdb")


def verified(path, noted=None):
    engine = open_engine(path)
    try:
        return engine.reader.audit.verify(noted)
    finally:
        engine.close()


def lines_of(path):
    engine = open_engine(path)
    try:
        return [copy_line(entry.hash, entry.body) for entry in engine.reader.audit.entries(0, _ALL, AuditFilter())]
    finally:
        engine.close()


def change(path, *statements):
    with duckdb.connect(str(path)) as connection:
        for statement in statements:
            connection.execute(statement)


TAMPERED = {
    "a caller in a body": "UPDATE audit_entries SET body = replace(body, 'FRA', 'BEL') WHERE number = 4",
    "a body that is no JSON": "UPDATE audit_entries SET body = 'gone' WHERE number = 4",
    "the first body": "UPDATE audit_entries SET body = replace(body, 'case 1', 'case 2') WHERE number = 1",
    "the last body": "UPDATE audit_entries SET body = replace(body, 'case 1', 'case 2') WHERE number = 8",
    "a hash": "UPDATE audit_entries SET hash = unhex(sha256('x')) WHERE number = 5",
    "an entry removed": "DELETE FROM audit_entries WHERE number = 3",
    "the first removed": "DELETE FROM audit_entries WHERE number = 1",
    "an entry doubled": "INSERT INTO audit_entries SELECT * FROM audit_entries WHERE number = 3",
    "two entries exchanged": "UPDATE audit_entries SET number = 11 - number WHERE number IN (5, 6)",
    "an entry put in": """INSERT INTO audit_entries
SELECT 9, entry_time, caller, method, replace(body, '"number":8', '"number":9'), unhex(sha256(body))
FROM audit_entries WHERE number = 8""",
}
ONLY_IN_A_STORE = {
    "a column that filters read": "UPDATE audit_entries SET caller = 'ftf://BEL/ncb/x' WHERE number = 4",
    "a time that filters read": "UPDATE audit_entries SET entry_time = entry_time + INTERVAL 1 DAY WHERE number = 4",
}


def test_a_log_that_nobody_touched_holds(store, copied):
    found = verified(copied)
    assert found.holds
    assert (found.entries, found.first, found.head.number) == (8, 1, 8)
    copy = verify_copy(lines_of(copied))
    assert (copy.entries, copy.head) == (8, found.head)
    assert not [each.invariant.words for each in examine(store) if each.breaches]


@pytest.mark.parametrize("how", [*TAMPERED, *ONLY_IN_A_STORE])
def test_what_is_changed_in_a_store_is_found(copied, how):
    change(copied, (TAMPERED | ONLY_IN_A_STORE)[how])
    assert [each.invariant.words for each in examine(copied) if each.breaches]
    assert verified(copied).broken is not None


@pytest.mark.parametrize("how", TAMPERED)
def test_what_is_changed_in_a_copy_is_found(copied, how):
    change(copied, TAMPERED[how])
    with pytest.raises(BrokenCopy):
        verify_copy(lines_of(copied))


def test_the_order_of_lines_and_every_character_of_a_copy_matter(copied):
    lines = lines_of(copied)
    for changed in ([*lines[:3], lines[4], lines[3], *lines[5:]], lines[::-1], [*lines, lines[-1]], lines[1:]):
        with pytest.raises(BrokenCopy):
            verify_copy(changed)
    for place in range(len(lines[3]) - 1):
        other = "0" if lines[3][place] != "0" else "1"
        changed = [*lines[:3], lines[3][:place] + other + lines[3][place + 1 :], *lines[4:]]
        with pytest.raises(BrokenCopy):
            verify_copy(changed)


def rewritten(path, first=1):
    """The log written anew from an entry on, as one can who may write the file."""
    with duckdb.connect(str(path)) as connection:
        rows = connection.execute("SELECT number, body, hash FROM audit_entries ORDER BY number").fetchall()
        before = bytes(32)
        for number, body, digest in rows:
            if number >= first:
                body = body.replace("case 1", "case 9")
                digest = sha256(before + body.encode()).digest()
                connection.execute(
                    "UPDATE audit_entries SET body = ?, hash = ? WHERE number = ?", [body, digest, number]
                )
            before = bytes(digest)


@pytest.mark.parametrize(
    "tamper",
    [lambda path: change(path, "DELETE FROM audit_entries WHERE number > 6"), lambda path: rewritten(path, 5)],
    ids=["the tail cut off", "written anew"],
)
def test_what_leaves_a_chain_that_holds_is_found_with_a_head_noted_before(copied, tmp_path, tamper):
    head = verified(copied).head
    earlier = tmp_path / "earlier.jsonl"
    earlier.write_text("".join(lines_of(copied)), encoding="utf-8")
    tamper(copied)
    assert verified(copied).broken is None, "no chain alone can tell"
    assert not verified(copied, head).holds
    assert not verify_copy(lines_of(copied), head).noted_holds
    later = tmp_path / "later.jsonl"
    later.write_text("".join(lines_of(copied)), encoding="utf-8")
    for option, value in (("--head", str(head)), ("--extends", str(earlier))):
        done = CliRunner().invoke(main, ["audit", "verify", "--copy", str(later), option, value])
        assert done.exit_code == 1
        assert "is not there" in done.output


def test_a_later_copy_extends_an_earlier_one(copied, tmp_path):
    earlier = tmp_path / "earlier.jsonl"
    earlier.write_text("".join(lines_of(copied)), encoding="utf-8")
    engine = open_engine(copied)
    note(engine)
    engine.close()
    later = tmp_path / "later.jsonl"
    later.write_text("".join(lines_of(copied)), encoding="utf-8")
    done = CliRunner().invoke(main, ["audit", "verify", "--copy", str(later), "--extends", str(earlier), "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["entries"] == 9


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"hash": "00", "body": "{}"}', '{"hash": "x", "body": ""}'])
def test_a_file_that_is_no_copy_is_refused(text, tmp_path):
    with pytest.raises(BrokenCopy):
        verify_copy([text])
    path = tmp_path / "copy"
    path.write_bytes(text.encode() + b"\n\xff")
    assert CliRunner().invoke(main, ["audit", "verify", "--copy", str(path)]).exit_code == 1


def test_a_head_is_read_as_it_is_written():
    head = Head(17, sha256(b"x").digest())
    assert parse_head(str(head)) == head
    for wrong in ("", "17", "17:00", f"-1:{'0' * 64}", f"1:{'x' * 64}"):
        with pytest.raises(ValueError, match="head is"):
            parse_head(wrong)


def test_what_is_too_old_is_removed_and_the_rest_can_be_verified(tmp_path):
    now, path = [NOON], tmp_path / "store.duckdb"
    heads = []
    engine = open_engine(path, clock=lambda: now[0], audit_kept=timedelta(days=10))
    for _ in range(4):
        for _ in range(3):
            note(engine)
        heads.append(engine.audit_head)
        now[0] += timedelta(days=6)
    entries = engine.reader.audit.entries(0, _ALL, AuditFilter())
    found = engine.reader.audit.verify(heads[2])
    engine.close()
    assert found.holds
    assert found.first > 4
    removed = [entry.content["removed"]["through"] for entry in entries if "removed" in entry.content]
    assert removed[-1] == found.first - 1
    copy = verify_copy([copy_line(entry.hash, entry.body) for entry in entries], heads[2])
    assert copy.noted_holds
    assert copy.start.number == found.first - 1
    assert not verified(path, heads[0]).noted_holds, "it was removed"
    assert not [each.invariant.words for each in examine(path) if each.breaches]
    change(path, f"DELETE FROM audit_entries WHERE number = {found.first}")
    assert verified(path).broken is not None, "more was removed than the log says"


def fail(writer):
    writer._undo()
    raise OSError("made up")


def test_a_write_that_is_undone_leaves_neither_it_nor_its_entry(tmp_path, monkeypatch):
    path = tmp_path / "store.duckdb"
    engine = open_engine(path)
    note(engine)
    head = engine.audit_head
    with monkeypatch.context() as faults:
        faults.setattr("resolver.store.writer.Writer._commit", fail)
        with pytest.raises(OSError, match="made up"):
            engine.submit(Write((submission(person("1")),), atomic=True, asked=ASKED)).result(timeout=60)
    assert engine.audit_head == head
    engine.submit(Write((submission(person("2")),), atomic=True, asked=ASKED)).result(timeout=60)
    assert engine.reader.audit.verify(head).holds
    assert engine.reader.head() == 1
    engine.close()


def test_a_log_goes_on_where_it_ended(copied):
    head = verified(copied).head
    engine = open_engine(copied, clock=lambda: NOON - timedelta(days=1))
    note(engine)
    newest = engine.reader.audit.entries(head.number, 1, AuditFilter())[0]
    engine.close()
    assert newest.time == NOON, "the time of entries never goes back"
    assert verified(copied, head).holds


def test_the_store_of_a_new_service_has_an_empty_log():
    database = open_database(None)
    assert database.connection.execute("SELECT count(*) FROM audit_entries").fetchall() == [(0,)]
    database.connection.close()
