"""The marking of each record is that of its newest version: told at once, kept with its row, and gone with it."""

from contextlib import closing
from dataclasses import replace
from datetime import date, datetime
from unittest import mock

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolver.domain.errors import StoreFailed
from resolver.domain.handling import Guard, Restrictions, Viewer
from resolver.domain.marking import UNMARKED, Marking
from resolver.domain.owner import Owner
from resolver.domain.retention import Stated
from resolver.engine.asked.writes import Withdrawal, Write
from resolver.engine.engine import open_engine
from resolver.jobs.sweeping import sweep
from resolver.store.database import examine, open_database
from resolver.store.guards import Guards
from resolver.store.markings import Markings, marking_from_text, marking_to_text
from tests.people import ONE, OTHER, SAME, submission
from tests.store.connections import Committing, failing

CONFIDENTIAL = Marking(3, ("H3", "H1"), 1, "B", "2")
GRADED = Marking(scheme=2, source_code="F")
CODED = Marking(codes=("H0",))
FRENCH = Restrictions(allowed_countries=frozenset({"FRA"}))
IN_FRANCE, IN_BELGIUM = Viewer("FRA", "ncb", "identify"), Viewer("BEL", "ncb", "identify")
NAMES = [ONE.name, SAME.name, OTHER.name]
_PATIENCE = 120


def marked(record, marking, restrictions=None):
    return submission(replace(record, marking=marking, restrictions=restrictions or record.restrictions))


def write(engine, *changes, **how):
    return engine.submit(Write(changes, **how)).result(_PATIENCE)


def told(engine, viewer=None):
    """The markings that are told, by the keys of records."""
    return {name.rpartition("/")[2]: each for name, each in engine.markings.shown(NAMES, viewer).items()}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "store.duckdb"


def test_what_is_told_is_what_the_newest_version_states_and_of_a_withdrawn_record_what_it_stated_last(path):
    with closing(open_engine(path)) as engine:
        write(engine, marked(ONE, CONFIDENTIAL), submission(SAME), marked(OTHER, GRADED))
        assert told(engine) == {"1": CONFIDENTIAL, "3": GRADED}
        write(engine, marked(ONE, GRADED), marked(SAME, CODED), submission(OTHER))
        assert told(engine) == {"1": GRADED, "2": CODED}
        write(engine, Withdrawal(ONE.name), Withdrawal(OTHER.name))
        # A correction and a withdrawal of one record are two versions of one transaction.
        write(engine, marked(SAME, CONFIDENTIAL), Withdrawal(SAME.name))
        assert told(engine) == {"1": GRADED, "2": CONFIDENTIAL}
    with closing(open_engine(path)) as engine:
        assert told(engine) == {"1": GRADED, "2": CONFIDENTIAL}
        write(engine, submission(ONE))
        assert told(engine) == {"2": CONFIDENTIAL}
    assert not [each.invariant.words for each in examine(path) if each.breaches]


def test_who_may_not_see_a_record_now_is_not_told_its_marking_and_who_may_again_is(path):
    with closing(open_engine(path)) as engine:
        write(engine, marked(ONE, CODED), marked(SAME, GRADED))
        assert told(engine, IN_BELGIUM) == {"1": CODED, "2": GRADED}
        write(engine, marked(ONE, CONFIDENTIAL, FRENCH))
        assert told(engine, IN_BELGIUM) == {"2": GRADED}
        assert told(engine, IN_FRANCE) == told(engine) == {"1": CONFIDENTIAL, "2": GRADED}
    with closing(open_engine(path)) as engine:
        assert told(engine, IN_BELGIUM) == {"2": GRADED}
        write(engine, Withdrawal(ONE.name))
        assert told(engine, IN_BELGIUM) == {"2": GRADED}
        write(engine, marked(ONE, CONFIDENTIAL))
        assert told(engine, IN_BELGIUM) == {"1": CONFIDENTIAL, "2": GRADED}


def test_what_is_undone_is_not_told(path):
    with closing(open_engine(path)) as engine:
        write(engine, marked(ONE, CODED))
        write(engine, marked(ONE, CONFIDENTIAL), validate_only=True, atomic=True)
        write(engine, marked(SAME, CONFIDENTIAL), validate_only=True, atomic=True)
        assert told(engine) == {"1": CODED}
        write(engine, Withdrawal(OTHER.name), marked(ONE, GRADED))
        assert told(engine) == {"1": GRADED}


def test_a_marking_that_could_not_be_committed_is_taken_back():
    with closing(open_engine(None)) as engine:
        write(engine, marked(ONE, CODED), submission(SAME))
        writer = engine._writer
        with (
            mock.patch.object(
                writer, "_connection", Committing(writer._connection, failing(duckdb.FatalException("made up")))
            ),
            pytest.raises(StoreFailed),
        ):
            write(engine, marked(ONE, CONFIDENTIAL), marked(SAME, GRADED))
        assert told(engine) == {"1": CODED}


def test_a_marking_is_told_before_anybody_can_read_of_its_version():
    """Who reads of a change finds what it states, however soon: published first, then committed."""
    with closing(open_engine(None)) as engine:
        write(engine, marked(ONE, CODED))
        writer, seen = engine._writer, []

        def commit(connection):
            seen.append(told(engine))
            connection.commit()

        with mock.patch.object(writer, "_connection", Committing(writer._connection, commit)):
            write(engine, marked(ONE, CONFIDENTIAL))
        assert seen == [{"1": CONFIDENTIAL}]


def test_a_purge_leaves_nothing_of_a_marking(path):
    expired = replace(marked(ONE, CONFIDENTIAL).record, retention=Stated(expiry=date(2026, 1, 1)))
    with closing(open_engine(path, clock=lambda: datetime(2026, 3, 1))) as engine:  # noqa: DTZ001 - UTC without zone
        write(engine, submission(expired), marked(OTHER, CODED))
        assert len(sweep(engine).purged) == 1
        assert told(engine) == {"3": CODED}
        assert len(engine.markings) == 1
    with duckdb.connect(str(path), read_only=True) as connection:
        assert connection.execute("SELECT marking FROM records").fetchall() == [(marking_to_text(CODED),)]
    assert marking_to_text(CONFIDENTIAL).encode() not in path.read_bytes()


def test_what_can_be_restored_is_what_was_noted_last():
    guard = Guard(Owner("FRA", "ncb"), FRENCH)
    with closing(open_database(None).connection) as connection:
        markings = Markings(connection, Guards(connection))
        markings.state("a", None, CODED)
        markings.state("b", guard, GRADED)
        assert markings.shown("ab", None) == {}
        markings.publish()
        assert markings.shown("ab", None) == {"a": CODED, "b": GRADED}
        assert markings.shown("ab", IN_BELGIUM) == {"a": CODED}
        markings.commit()
        markings.state("a", None, UNMARKED)
        markings.purge("b")
        markings.publish()
        assert markings.shown("ab", None) == {}
        markings.rollback()
        assert markings.shown("ab", None) == {"a": CODED, "b": GRADED}


@given(
    st.builds(
        Marking,
        st.integers(0, 9),
        st.lists(st.sampled_from(["H0", "H1", "H2", "H3"]), max_size=10).map(tuple),
        st.integers(0, 9),
        st.text('AX1é"\\ ,', max_size=5),
        st.text('AX1é"\\ ,', max_size=5),
    )
)
def test_a_marking_is_read_as_it_was_written(marking):
    assert marking_from_text(marking_to_text(marking)) == marking
    assert bool(marking_to_text(marking)) == (marking != UNMARKED)


@pytest.mark.parametrize("damage", ["[3", "[3]", "3", '{"a":1}'])
def test_a_marking_that_cannot_be_read_is_found(path, damage):
    with closing(open_engine(path)) as engine:
        write(engine, marked(ONE, CODED))
    with closing(duckdb.connect(str(path))) as connection:
        connection.execute("UPDATE records SET marking = ?", [damage])
    assert [each.invariant.words for each in examine(path) if each.breaches] == [
        "what a record is marked with can be read"
    ]
