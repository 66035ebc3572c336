"""After a purge no file of the store has a word of what was purged, and what is left is whole and goes on."""

import json
import threading
from datetime import timedelta

import pytest

from resolver.domain.verdict import Basis, Justification, VerdictKind, Word
from resolver.engine.asked.judgements import GiveVerdict, WithdrawVerdict
from resolver.engine.asked.retention import PurgeExpired, RewriteStore
from resolver.engine.asked.writes import Withdrawal, Write
from resolver.jobs.sweeping import sweep
from resolver.store import copying, rewriting
from resolver.store.attaching import connect
from resolver.store.database import examine
from resolver.store.keys import StoreKey
from tests.people import person
from tests.retention.examples import NOON, Clock, identities, keep, opened, send, until

PLANTED = (b"Qaanplanted", b"Wuuplanted", b"ZZ9PLANTED1", b"planted-key-7", b"Ortplanted")
KEPT = b"Mittvikept"
SOON = NOON.date() + timedelta(days=10)
KEY = "planted-key-7"


@pytest.fixture(autouse=True)
def plain_columns(monkeypatch):
    """Lets every file have texts as they are written, where DuckDB would otherwise pack them beyond recognition."""

    def plain(path, key=None, **options):
        connection = connect(path, key, **options)
        connection.execute("PRAGMA force_compression = 'uncompressed'")
        return connection

    for module in (copying, rewriting, __import__("resolver.store.database", fromlist=["connect"])):
        monkeypatch.setattr(module, "connect", plain)


def found(folder, *words):
    """Which of the words are in which file."""
    content = {path.name: path.read_bytes() for path in folder.iterdir()}
    return {(word, name) for name, text in content.items() for word in words if word in text}


def fill(engine):
    """A record that was corrected, withdrawn, sent again, judged and asked for again; and another that is kept."""
    first = person(KEY, "Qaanplanted Batyrov", town="Ortplanted", passport="ZZ9PLANTED1")
    second = person(KEY, "Qaanplanted Wuuplanted Batyrov", passport="ZZ9PLANTED1")
    kept = person("other", "Mittvikept Batyrov", passport="ZZ8KEPT1")
    send(engine, first, kept, person("third", "Qaanother Batyrov"), request_key="r:1", digest=b"1")
    send(engine, second)
    engine.submit(Write((Withdrawal(first.name),))).result(60)
    send(engine, until(second, SOON))
    words = f"as {first.name} says"
    word = Word(VerdictKind.SAME, Basis.EXAMINER, Justification.NOT_ASSESSED, words, "ex-1")
    for one in (first.name, "sources/aaa/records/third"):
        judged = Write(
            (), atomic=True, judgement=GiveVerdict(one, kept.name, word), request_key=f"r:{one}", digest=b"2"
        )
        (ruled,) = engine.submit(judged).result(60)
    withdrawal = WithdrawVerdict(ruled.verdicts[0].number, "ex-2", f"{first.name}. No.", "")
    engine.submit(Write((), atomic=True, judgement=withdrawal)).result(60)
    body = json.dumps({"before": [["identities/A", [first.name]]], "after": []})
    engine._database.connection.execute("INSERT INTO plan_changes VALUES (1, 1, 1, ?)", [body])
    return first


def test_no_file_has_a_word_of_what_was_purged_while_it_is_served_or_after(tmp_path):
    clock = Clock()
    with opened(tmp_path / "store.duckdb", clock) as engine:
        fill(engine)
        engine._writer.checkpoint()
        assert {word for word, _ in found(tmp_path, *PLANTED)} == set(PLANTED)
        clock.forward(days=11)
        keep(engine, PurgeExpired())
        engine._writer.checkpoint()
        assert found(tmp_path, *PLANTED), "DuckDB forgets by itself: the file need not be written anew"
        done = sweep(engine)
        assert not done.unfinished
        assert found(tmp_path, *PLANTED) == set()
        assert {word for word, _ in found(tmp_path, KEPT)} == {KEPT}
        before = identities(engine)
        send(engine, person("next"))
        assert len(identities(engine) | before) > len(before)
    assert found(tmp_path, *PLANTED) == set()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["store.duckdb"]
    assert [each.invariant.words for each in examine(tmp_path / "store.duckdb") if each.breaches] == []


def test_a_purge_whose_file_was_not_written_anew_is_finished_by_the_next_sweep(tmp_path):
    clock, path = Clock(), tmp_path / "store.duckdb"
    with opened(path, clock) as engine:
        fill(engine)
        clock.forward(days=11)
        keep(engine, PurgeExpired())
        with engine._database.copying:
            assert keep(engine, RewriteStore()).unfinished
        assert len(identities(engine)) > 0
    assert found(tmp_path, *PLANTED)
    with opened(path, clock) as engine:
        assert sweep(engine).purged == ()
        assert found(tmp_path, *PLANTED) == set()
        inode = path.stat().st_ino
        assert not sweep(engine).unfinished
        assert path.stat().st_ino == inode, "nothing was purged since, and the file was written anew"


def test_readers_go_on_while_the_file_of_an_encrypted_store_is_exchanged(tmp_path):
    clock, stop, seen, errors = Clock(), threading.Event(), set(), []
    with opened(tmp_path / "store.duckdb", clock, key=StoreKey("k" * 44)) as engine:
        first = fill(engine)

        def read():
            while not stop.is_set():
                try:
                    seen.add(engine.reader.record("sources/aaa/records/other").version)
                    engine.reader.identity_of("sources/aaa/records/other")
                except Exception as error:  # noqa: BLE001 - whatever it is
                    errors.append(error)
                    return

        readers = [threading.Thread(target=read) for _ in range(2)]
        for reader in readers:
            reader.start()
        try:
            clock.forward(days=11)
            assert len(sweep(engine).purged) == 1
        finally:
            stop.set()
            for reader in readers:
                reader.join()
        assert errors == []
        assert seen == {1}
        assert engine.reader.record(first.name) is None


def test_an_old_file_that_has_another_name_is_not_overwritten(tmp_path):
    kept, old = tmp_path / "store.duckdb", tmp_path / "store.duckdb.purged"
    kept.write_bytes(b"all that there is")
    old.hardlink_to(kept)
    rewriting.destroy_left(kept)
    assert kept.read_bytes() == b"all that there is"
    assert not old.exists()


def test_the_number_of_a_purged_record_is_given_to_no_other_after_a_restart(tmp_path):
    clock = Clock()
    newest = until(person("newest", "Otto Krautmann", passport="ZZ7"), SOON)
    with opened(tmp_path / "store.duckdb", clock) as engine:
        send(engine, person("first"), newest)
        number = engine.reader.record(newest.name).number
        clock.forward(days=11)
        sweep(engine)
    with opened(tmp_path / "store.duckdb", clock) as engine:
        send(engine, newest)
        assert engine.reader.record(newest.name).number > number
