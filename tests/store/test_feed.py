"""What the store says of the feed: filters, what copies must undo, and the same for a store of an older version."""

import shutil
from dataclasses import replace
from importlib.resources import files

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resolver.domain.decision import DecisionKind, IdentityChange, RequiredAction, required_actions
from resolver.domain.feed import BEGINNING, EVERYTHING, DecisionFilter, FeedPlace
from resolver.domain.marking import UNMARKED, Marked
from resolver.domain.verdict import Basis, Justification, VerdictKind, Word
from resolver.engine.asked.judgements import GiveVerdict
from resolver.engine.asked.writes import Withdrawal, Write
from resolver.engine.engine import open_engine
from resolver.identity.differences import Move
from resolver.identity.neighbourhood import Outcome
from resolver.store import feed as feed_module
from resolver.store.feed_rows import CommittedDecision, Owner, concerned_by
from resolver.store.feed_rows import marks as marks_of
from tests.people import submission

ORDER = "XOM"
"""The country, so to say, that one record goes to by a correction; no other is of it."""
KINDS = [kind for kind in DecisionKind if kind is not DecisionKind.UNSPECIFIED]


@pytest.fixture(scope="module")
def store(corpus, tmp_path_factory):
    """A closed store with arrivals, corrections, a change of owner, withdrawals, returns and verdicts that part."""
    path = tmp_path_factory.mktemp("feed") / "store.duckdb"
    engine = open_engine(path)
    records = corpus[:160]
    # In one transaction, so that many a record comes into an identity and leaves it within one.
    write(engine, map(submission, records))
    pairs = zip(records[:20], records[40:60], strict=True)
    write(engine, (submission(replace(one, name=other.name, country=other.country)) for one, other in pairs))
    write(engine, [submission(replace(records[100], country=ORDER))])
    write(engine, [Withdrawal(record.name) for record in records[60:80]])
    write(engine, map(submission, records[70:75]))
    for group in engine.reader.identities(0, 3, 2):
        word = Word(VerdictKind.DIFFERENT, Basis.COURT, Justification.NOT_ASSESSED, "made up", "ex-1")
        engine.submit(Write((), atomic=True, judgement=GiveVerdict(*group.records[:2], word))).result(timeout=60)
    engine.close()
    return path


def write(engine, changes):
    engine.submit(Write(tuple(changes))).result(timeout=60)


@pytest.fixture(scope="module")
def engine(store, tmp_path_factory):
    copy = tmp_path_factory.mktemp("open") / "store.duckdb"
    shutil.copy(store, copy)
    opened = open_engine(copy)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def whole(engine):
    """The whole feed, read at once."""
    return [event for (event,) in engine.reader.feed.events(0, engine.reader.head())]


@pytest.fixture(scope="module")
def by_hand(engine, whole, corpus):
    """What each decision concerns, found by replaying the feed: the countries and sources of all records touched."""
    countries = {record.name: record.country for record in corpus}
    members, found = {}, {}
    for event in whole:
        decision = event.decision
        touched = {name for change in decision.changes for name in (change.before, change.after) if name}
        touched |= {decision.identity} if decision.identity else set()
        before = {record for name in touched for record in members.get(name, ())}
        for change in decision.changes:
            for record in change.records:
                if change.before:
                    members[change.before].remove(record)
                if change.after:
                    members.setdefault(change.after, set()).add(record)
        after = {record for name in touched for record in members.get(name, ())}
        names = before | after | {decision.record}
        former = {countries[decision.record]}
        if decision.record == corpus[100].name and decision.record_version == 2:
            countries[decision.record] = ORDER
        owners = {countries[name] for name in names} | former
        found[decision.sequence] = owners, {name.partition("/records/")[0] for name in names}
    return found


def test_a_decision_concerns_whoever_has_a_record_in_an_identity_that_it_touches(whole, by_hand):
    assert len(whole) > 180
    assert {event.decision.sequence: (event.countries, event.sources) for event in whole} == by_hand
    assert any(len(event.countries) > 2 for event in whole)


def test_who_leaves_within_the_same_transaction_is_concerned_until_then(whole):
    def decided(sequence, *moves):
        outcome = Outcome(DecisionKind.ATTACHED, 2, 1, moves, (), (), (), (), ())
        return CommittedDecision(replace(whole[0].decision, sequence=sequence), outcome)

    # The second record comes by the fifth decision, and the first leaves by the sixth.
    decisions = [decided(4), decided(5, Move(2, 1, (2,))), decided(6, Move(1, 9, (1,))), decided(7)]
    concerned = concerned_by(decisions, {1: {1, 3}, 2: {2}, 9: {8}})
    assert concerned == [{1, 2, 3}, {1, 2, 3}, {1, 2, 3, 8}, {2, 3}]
    owners = {number: Owner(country, f"sources/{country}") for number, country in enumerate("ABCDEFGHI")}
    told_to = {item.sequence: 0 for item in decisions}
    assert marks_of(decisions, concerned, owners, told_to)["countries"].to_pylist()[-1] == "C D"


def test_who_owned_a_record_before_is_concerned_by_its_going_to_another(whole, corpus):
    (moved,) = [event for event in whole if event.decision.record == corpus[100].name and ORDER in event.countries][:1]
    assert corpus[100].country in moved.countries


def filters(events):
    """Filters of which some match little, some much, and some nothing."""
    countries = sorted({country for event in events for country in event.countries} | {"ATA"})
    sources = sorted({source for event in events for source in event.sources})

    def some(values):
        return st.frozensets(st.sampled_from(values), max_size=3)

    return st.builds(DecisionFilter, some(countries), some(sources), some(KINDS))


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_filtering_in_the_store_equals_filtering_the_whole_feed_by_hand(engine, whole, data):
    which = data.draw(filters(whole))
    limit, start = data.draw(st.integers(1, 50)), data.draw(st.integers(0, len(whole)))
    place, told, steps = engine.reader.feed.place(start), [], 0
    while place.sequence < len(whole):
        stretch = engine.reader.feed.stretch(place, len(whole), which, limit)
        assert stretch.end.sequence > place.sequence
        assert len(stretch.decisions) <= limit
        told += stretch.decisions
        place, steps = stretch.end, steps + 1
    assert told == [event.decision for event in whole[start:] if which.wants(event)]
    assert place == whole[-1].place or start == len(whole)


def test_a_search_for_what_is_rare_moves_on_in_bounded_steps(engine, whole, monkeypatch):
    monkeypatch.setattr(feed_module, "_LOOKED_THROUGH", 100)
    nothing = DecisionFilter(countries=frozenset({"ATA"}))
    stretch = engine.reader.feed.stretch(BEGINNING, len(whole), nothing, 10)
    assert (stretch.decisions, stretch.end) == ((), whole[99].place)


def test_a_part_of_the_feed_ends_where_it_is_told_to(engine, whole):
    for which in (EVERYTHING, DecisionFilter(kinds=frozenset(KINDS))):
        stretch = engine.reader.feed.stretch(FeedPlace(3, whole[2].decision.commit_time), 9, which, 100)
        assert [decision.sequence for decision in stretch.decisions] == list(range(4, 10))
        assert stretch.end == whole[8].place


def test_what_must_be_undone_is_what_was_corrected_withdrawn_or_parted(whole, corpus):
    corrected = {record.name for record in corpus[40:60]} | {corpus[100].name}
    withdrawn = {record.name for record in corpus[60:80]}
    asked = {action: set() for action in RequiredAction}
    for event in whole:
        for action in event.decision.required_actions:
            asked[action].add(event.decision.record)
        parted = event.decision.kind in (DecisionKind.SPLIT, DecisionKind.REGROUPED)
        assert (RequiredAction.SEPARATE_RECORDS in event.decision.required_actions) == parted
    assert asked[RequiredAction.REPLACE_RECORD] == corrected
    assert asked[RequiredAction.PURGE_RECORD] == withdrawn
    assert asked[RequiredAction.SEPARATE_RECORDS]


MINE, OTHER = "sources/a/records/1", "sources/a/records/2"


@pytest.mark.parametrize(
    ("kind", "version", "changes", "verdicts", "asked"),
    [
        ("CREATED", 1, [IdentityChange(None, "X", (MINE,))], (), set()),
        ("MERGED", 1, [IdentityChange(None, "X", (MINE,)), IdentityChange("Y", "X", (OTHER,))], (), set()),
        ("UNCHANGED", 2, [], (), {"REPLACE_RECORD"}),
        ("SPLIT", 2, [IdentityChange("X", "Y", (OTHER,))], (), {"REPLACE_RECORD", "SEPARATE_RECORDS"}),
        ("WITHDRAWN", 2, [IdentityChange("X", None, (MINE,))], (), {"PURGE_RECORD"}),
        (
            "SPLIT",
            2,
            [IdentityChange("X", None, (MINE,)), IdentityChange("X", "Y", (OTHER,))],
            (),
            {"PURGE_RECORD", "SEPARATE_RECORDS"},
        ),
        # A record that comes back has left nothing outside.
        ("CREATED", 3, [IdentityChange(None, "X", (MINE,))], (), set()),
        # A verdict is told with the version that the record has, and corrects nothing.
        ("UNCHANGED", 2, [], (7,), set()),
        ("MERGED", 2, [IdentityChange("Y", "X", (MINE,))], (7,), set()),
        ("SPLIT", 2, [IdentityChange("X", "Y", (MINE,))], (7,), {"SEPARATE_RECORDS"}),
    ],
)
def test_what_must_be_undone_follows_from_what_was_decided(kind, version, changes, verdicts, asked):
    found = required_actions(DecisionKind[kind], MINE, version, changes, verdicts)
    assert {action.name for action in found} == asked


def test_a_store_of_the_version_before_gets_the_marks_that_it_would_have_had(store, tmp_path, whole, corpus):
    path = tmp_path / "store.duckdb"
    shutil.copy(store, path)
    with duckdb.connect(str(path)) as older:
        kept = marks(older)
        take_back_to_the_first_schema(older)
    open_engine(path, handled=lambda _: Marked(None, UNMARKED)).close()
    with duckdb.connect(str(path)) as migrated:
        found = marks(migrated)
    # The older version did not write down whose a record was before it went to another owner.
    moved = {event.decision.sequence for event in whole if corpus[100].name in by_names(event)}
    assert [row[:3] for row in found] == [row[:3] for row in kept]
    assert [row for row in found if row[0] not in moved] == [row for row in kept if row[0] not in moved]
    assert any(row[2] for row in found)
    assert not all(row[2] for row in found)


def take_back_to_the_first_schema(store):
    with duckdb.connect() as first:
        first.execute(files("resolver.store.migrations").joinpath("0001_initial.sql").read_text())
        columns = set(first.execute("SELECT table_name, column_name FROM duckdb_columns()").fetchall())
    store.execute("ALTER TABLE comparable RENAME COLUMN part_sounds TO name_skeletons")
    later = set(store.execute("SELECT table_name, column_name FROM duckdb_columns()").fetchall()) - columns
    tables = {table for table, _ in columns}
    for table in {table for table, _ in later} - tables:
        store.execute(f"DROP TABLE {table}")
    for table, column in later:
        if table in tables:
            store.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    store.execute("DELETE FROM settings WHERE name = 'numbered'")
    store.execute("UPDATE settings SET value = '1' WHERE name = 'schema_version'")


def by_names(event):
    decision = event.decision
    return {decision.record, *(record for change in decision.changes for record in change.records)}


def marks(connection):
    columns = "sequence, kind, must_undo, countries, sources"
    rows = connection.execute(f"SELECT {columns} FROM feed_marks ORDER BY sequence").fetchall()
    return [
        (sequence, kind, undo, sorted(countries.split(" ")), sorted(sources.split(" ")))
        for sequence, kind, undo, countries, sources in rows
    ]
