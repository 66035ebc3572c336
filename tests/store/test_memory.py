"""DuckDB's memory does not suffice: what was asked for is refused as a whole, what is stored stays, and it goes on."""

from contextlib import closing

import pytest

from resolver.domain.errors import ErrorReason, Overloaded, StoreFailed
from resolver.engine.asked.writes import Write
from resolver.engine.engine import open_engine
from resolver.store.database import examine
from tests.faults.plan import records_of
from tests.people import submission

_PATIENCE = 120


@pytest.fixture(scope="module")
def writes():
    records = [submission(record) for record in records_of(7, 60)]
    return Write(tuple(records[:30]), atomic=True), Write(tuple(records[30:]), atomic=True)


def leave_no_memory(engine):
    """Bounds DuckDB to what it holds now; nothing is spilled."""
    cursor = engine.reader.reading.cursor()
    cursor.execute("SET max_temp_directory_size = '0MB'")
    ((held,),) = cursor.execute("SELECT sum(memory_usage_bytes)::BIGINT FROM duckdb_memory()").fetchall()
    cursor.execute(f"SET memory_limit = '{held + 200_000}B'")


def sequences(engine):
    return [decision.sequence for decision in engine.reader.decisions(0, 1_000)]


def test_a_server_holds_no_more_of_a_file_than_it_may(tmp_path):
    with closing(open_engine(tmp_path / "store.duckdb", memory=256)) as engine:
        assert engine.reader.reading.rows("SELECT current_setting('memory_limit')") == [("256.0 MiB",)]


def test_a_write_without_memory_is_refused_as_a_whole_and_stored_when_there_is_some(tmp_path, writes):
    first, second = writes
    with closing(open_engine(tmp_path / "store.duckdb")) as engine:
        engine.submit(first).result(_PATIENCE)
        leave_no_memory(engine)
        with pytest.raises(Overloaded) as refused:
            engine.submit(second).result(_PATIENCE)
        assert refused.value.reason is ErrorReason.OVERLOADED
        assert not engine.failed.done()
        engine.reader.reading.cursor().execute("SET memory_limit = '1GB'")
        assert sequences(engine) == list(range(1, len(first.changes) + 1))
        engine.submit(second).result(_PATIENCE)
        assert sequences(engine) == list(range(1, len(first.changes + second.changes) + 1))


def test_a_checkpoint_without_memory_fails_the_store_and_the_log_has_everything(tmp_path, writes):
    path = tmp_path / "store.duckdb"
    with closing(open_engine(path)) as engine:
        engine.submit(writes[0]).result(_PATIENCE)
        leave_no_memory(engine)
        with pytest.raises(StoreFailed):
            engine._writer.checkpoint()
        with pytest.raises(StoreFailed):
            engine.submit(writes[1]).result(_PATIENCE)
        assert engine.failed.done()
    assert not [each.invariant.words for each in examine(path) if each.breaches]
    with closing(open_engine(path)) as engine:
        assert sequences(engine) == list(range(1, len(writes[0].changes) + 1))
