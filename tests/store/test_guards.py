"""Each record and each version has a guard, which is kept once, enters with its transaction and goes back with it."""

from contextlib import closing
from dataclasses import replace

import duckdb
import pytest

from resolver.domain.handling import Guard, Restrictions
from resolver.domain.owner import Owner
from resolver.engine.asked.writes import Withdrawal, Write
from resolver.engine.engine import open_engine
from resolver.store.database import examine, open_database
from resolver.store.guards import UNGUARDED, Guards, guard_from_text, guard_to_text
from tests.people import ONE, OTHER, SAME, submission

FRENCH = Restrictions(allowed_countries=frozenset({"FRA"}))
NOT_AT_BORDERS = Restrictions(denied_purposes=frozenset({"border"}), denied_authorities=frozenset({"DEU/ncb"}))
_PATIENCE = 120


def restricted(record, restrictions):
    return submission(replace(record, restrictions=restrictions))


def write(engine, *changes, **how):
    return engine.submit(Write(changes, **how)).result(_PATIENCE)


def rows(path, query):
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(query).fetchall()


def guards(path):
    return {number: guard_from_text(body) for number, body in rows(path, "SELECT * FROM guards")}


def of_records(path):
    """The guards of records, by their keys."""
    known = guards(path)
    return {
        name.rpartition("/")[2]: known.get(number) for name, number in rows(path, "SELECT name, guard FROM records")
    }


def of_versions(path):
    known = guards(path)
    numbers = rows(path, "SELECT number, version, guard FROM record_versions ORDER BY ALL")
    return {(number, version): known.get(guard) for number, version, guard in numbers}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "store.duckdb"


def test_a_record_stands_behind_what_its_owner_says_now_and_each_version_behind_what_it_said_then(path):
    with closing(open_engine(path)) as engine:
        write(engine, restricted(ONE, FRENCH), submission(SAME), restricted(OTHER, FRENCH))
        write(engine, restricted(ONE, NOT_AT_BORDERS))
    with closing(open_engine(path)) as engine:
        write(engine, submission(ONE), restricted(SAME, NOT_AT_BORDERS))
        write(engine, Withdrawal(OTHER.name), Withdrawal(SAME.name))
    french, not_at_borders = Guard(ONE.owner, FRENCH), Guard(ONE.owner, NOT_AT_BORDERS)
    assert of_records(path) == {"1": None, "2": not_at_borders, "3": french}
    assert of_versions(path) == {
        (1, 1): french,
        (1, 2): not_at_borders,
        (1, 3): None,
        (2, 1): None,
        (2, 2): not_at_borders,
        (2, 3): not_at_borders,
        (3, 1): french,
        (3, 2): french,
    }
    assert len(guards(path)) == 2
    assert not [each.invariant.words for each in examine(path) if each.breaches]


def test_what_is_undone_leaves_no_guard(path):
    with closing(open_engine(path)) as engine:
        write(engine, submission(ONE))
        write(engine, restricted(ONE, FRENCH), validate_only=True, atomic=True)
        write(engine, restricted(SAME, FRENCH), validate_only=True, atomic=True)
        write(engine, restricted(OTHER, NOT_AT_BORDERS))
    assert guards(path) == {1: Guard(OTHER.owner, NOT_AT_BORDERS)}
    assert of_records(path) == {"1": None, "3": Guard(OTHER.owner, NOT_AT_BORDERS)}


def test_numbers_that_were_forgotten_are_given_again_and_kept_ones_never():
    one, other = Guard(Owner("FRA", "ncb"), FRENCH), Guard(Owner("FRA", ""), FRENCH)
    with closing(open_database(None).connection) as connection:
        known = Guards(connection)
        connection.begin()
        assert [known.number(each) for each in (None, one, other, one)] == [UNGUARDED, 1, 2, 1]
        connection.rollback()
        known.rollback()
        assert [known.number(each) for each in (other, one)] == [1, 2]
        known.commit()
        known.rollback()
        assert [known.guard(number) for number in (UNGUARDED, 1, 2)] == [None, other, one]
        again = Guards(connection)
        assert [again.guard(number) for number in (1, 2)] == [other, one]
        assert again.number(Guard(Owner("FRA", "ncb"), NOT_AT_BORDERS)) == 3


@pytest.mark.parametrize("restrictions", [FRENCH, NOT_AT_BORDERS])
def test_a_guard_is_read_as_it_was_written(restrictions):
    guard = Guard(Owner("FRA", 'ministère "de" l/intérieur'), restrictions)
    assert guard_from_text(guard_to_text(guard)) == guard


@pytest.mark.parametrize(
    ("damage", "broken"),
    [
        ("UPDATE records SET guard = 0 WHERE number = 1", "a record stands behind"),
        ("UPDATE record_versions SET guard = 0 WHERE number = 2 AND version = 2", "a record stands behind"),
        ("DELETE FROM guards", "every guard is known"),
        ("INSERT INTO guards SELECT number + 1, body FROM guards", "every guard is known"),
    ],
)
def test_guards_that_are_not_those_of_the_versions_are_found(path, damage, broken):
    with closing(open_engine(path)) as engine:
        write(engine, restricted(ONE, FRENCH), restricted(SAME, FRENCH))
        write(engine, Withdrawal(SAME.name))
    with closing(duckdb.connect(str(path))) as connection:
        connection.execute(damage)
    assert next(each.invariant.words for each in examine(path) if each.breaches).startswith(broken)
