"""Statements that are planned once read what stands in their streams now, and what stands in the store now."""

import duckdb
import pyarrow as pa
import pytest

from resolver.store.planned import Planned

NUMBERS = pa.schema([("number", pa.int64())])


@pytest.fixture
def planned():
    connection = duckdb.connect()
    connection.execute("CREATE TABLE held (number BIGINT, ended BIGINT)")
    return Planned(
        connection,
        {"new_numbers": NUMBERS},
        {
            "enter": "INSERT INTO held SELECT number, NULL FROM new_numbers",
        },
        {
            "twice": "SELECT number * 2 FROM new_numbers",
            "none": "SELECT number FROM new_numbers WHERE false",
            "fail": "SELECT error('no') FROM new_numbers",
        },
        {
            "end": "UPDATE held SET ended = 1 FROM new_numbers n WHERE held.number = n.number AND ended IS NULL",
            "all": "SELECT * FROM held ORDER BY number",
        },
    )


def of(*numbers):
    return {"new_numbers": pa.table([list(numbers)], schema=NUMBERS)}


def test_each_run_reads_the_table_of_its_call(planned):
    assert planned.run("twice", of(1, 2)) == [(2,), (4,)]
    assert planned.run("twice", of(30)) == [(60,)]
    assert planned.run("twice", {}) == []


def test_what_looks_rows_up_sees_those_that_came_after_it_was_planned(planned):
    planned.run("enter", of(1, 2, 3))
    planned.run("end", of(2))
    assert planned.run("all", {}) == [(1, None), (2, 1), (3, None)]


def test_columns_of_another_type_are_refused(planned):
    with pytest.raises(pa.ArrowInvalid):
        planned.run("twice", {"new_numbers": pa.table({"number": ["one"]})})


def test_what_a_statement_did_not_read_or_failed_over_is_not_there_for_the_next(planned):
    assert planned.run("none", of(1)) == []
    assert planned.run("twice", {}) == []
    with pytest.raises(duckdb.Error):
        planned.run("fail", of(2))
    assert planned.run("twice", {}) == []
    assert planned.run("twice", of(3)) == [(6,)]


def test_a_statement_that_is_put_in_the_place_of_another_reads_the_same_stream(planned):
    planned.prepare("twice", "SELECT number * 3 FROM new_numbers")
    assert planned.run("twice", of(1, 2)) == [(3,), (6,)]


class Listening:
    """A connection, and the first words of what it was asked for."""

    def __init__(self):
        self.connection, self.asked = duckdb.connect(), []

    def register(self, name, item):
        self.connection.register(name, item)

    def execute(self, statement):
        self.asked.append(statement.split()[0])
        return self.connection.execute(statement)


def test_what_writes_to_tables_is_prepared_once_more_when_they_are_others():
    connection = Listening()
    connection.execute("CREATE TABLE held (number BIGINT)")
    enter, twice = "INSERT INTO held SELECT number FROM new_numbers", "SELECT number * 2 FROM new_numbers"
    planned = Planned(connection, {"new_numbers": NUMBERS}, {"enter": enter}, {"twice": twice}, {})
    connection.execute("ALTER TABLE held RENAME TO former")
    connection.execute("CREATE TABLE held (number BIGINT)")
    connection.asked.clear()
    planned.plan_anew()
    assert planned.run("twice", of(1)) == [(2,)]
    planned.run("enter", of(1))
    planned.run("enter", of(2))
    assert connection.asked == ["EXECUTE", "DEALLOCATE", "PREPARE", "EXECUTE", "EXECUTE"]
    assert connection.execute("FROM held").fetchall() == [(1,), (2,)]


def test_a_table_of_many_batches_is_read_as_a_whole(planned):
    parts = pa.table([list(range(5000))], schema=NUMBERS).to_batches(max_chunksize=7)
    planned.run("enter", {"new_numbers": pa.Table.from_batches(parts)})
    assert planned.run("all", {}) == [(number, None) for number in range(5000)]
