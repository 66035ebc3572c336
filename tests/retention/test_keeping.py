"""Owners are told once of each date that comes near, may extend it for a reason, and what expires is purged."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from resolver.access.rights import WriteRights
from resolver.domain.decision import DecisionKind, RequiredAction
from resolver.domain.errors import ErrorReason, ResolverError
from resolver.domain.feed import DecisionFilter, FeedPlace
from resolver.domain.owner import Owner
from resolver.domain.purged import purged_name
from resolver.domain.verdict import Basis, Justification, VerdictKind, VerdictState, Word
from resolver.engine.asked.judgements import GiveVerdict
from resolver.engine.asked.retention import ExtendRetention
from resolver.engine.asked.writes import Withdrawal, Write
from resolver.engine.officers import keeper
from resolver.jobs import giving_way, sweeping
from resolver.jobs.sweeping import sweep
from resolver.store.audit import AuditFilter
from resolver.store.invariants import THOROUGH, check
from tests.people import ONE, OTHER, SAME, person
from tests.retention.examples import NOON, Clock, identities, keep, opened, replayed, send, until

TODAY = NOON.date()
SOON = TODAY + timedelta(days=100)
BRIDGE = person("4", "Zelimkhan Khasanov", birth=None, passport="AB1234567")


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def engine(clock):
    with opened(clock=clock) as engine:
        yield engine


def feed(engine):
    return engine.reader.decisions(0, 10**6)


def extend(engine, record=ONE, **dates):
    asked = ExtendRetention(record.name, dates.get("review"), dates.get("expiry"), "the inquiry goes on", "")
    return keep(engine, asked, rights=dates.get("rights"))


def test_an_owner_is_told_once_180_days_before_a_record_is_due(engine, clock):
    send(engine, until(ONE, TODAY + timedelta(days=200)), OTHER)
    assert keep(engine).decisions == ()
    clock.forward(days=20)
    (told,) = keep(engine).decisions
    assert (told.kind, told.record, told.due.expiry) == (DecisionKind.REVIEW_DUE, ONE.name, date(2026, 9, 17))
    assert (told.changes, told.required_actions) == ((), ())
    clock.forward(days=20)
    assert keep(engine).decisions == ()
    assert replayed(feed(engine)) == identities(engine)


def test_many_are_told_in_steps_each_once_and_none_that_is_not_due_any_more(engine, monkeypatch):
    monkeypatch.setattr(keeper, "AT_ONCE", 3)
    due = [until(person(str(number), f"Name{number}", birth=None), SOON) for number in range(10, 21)]
    for record in due:
        send(engine, record)
    told = [decision.record for decision in keep(engine).decisions]
    later, gone = due[4], due[8]
    send(engine, until(later, TODAY + timedelta(days=900)))
    engine.submit(Write((Withdrawal(gone.name),))).result()
    while step := keep(engine).decisions:
        told += [decision.record for decision in step]
    assert told == [record.name for record in due if record not in (later, gone)]
    send(engine, until(person("9", "Another", birth=None), SOON))
    assert [decision.record for decision in keep(engine).decisions] == [person("9", "Another", birth=None).name]


def test_a_step_stays_small_where_others_became_due_between(engine, monkeypatch):
    monkeypatch.setattr(keeper, "AT_ONCE", 3)
    records = [person(str(number), f"Name{number}", birth=None) for number in range(10, 40)]
    for place, record in enumerate(records):
        send(engine, until(record, SOON if place % 5 == 0 else TODAY + timedelta(days=900)))
    steps = [len(keep(engine).decisions)]
    for record in records:
        send(engine, until(record, SOON))
    while step := keep(engine).decisions:
        steps.append(len(step))
    assert max(steps) == 3
    assert sum(steps) == len(records)


def test_a_sweep_lets_single_calls_pass_and_ends_in_a_flood_of_them(engine, monkeypatch):
    send(engine, until(ONE, SOON))
    slept = []
    monkeypatch.setattr(giving_way, "time", SimpleNamespace(sleep=slept.append))
    monkeypatch.setattr(sweeping, "_QUIET", 3600.0)
    assert sweep(engine).told == 1
    # Two steps of telling, one of purging, one of writing the file anew.
    assert len(slept) == 4 * giving_way._LOOKS
    assert sum(slept) == pytest.approx(4 * sweeping._PATIENCE)
    monkeypatch.setattr(sweeping, "_QUIET", 0.0)
    assert sweep(engine).told == 0
    assert len(slept) == 4 * giving_way._LOOKS


def test_a_step_that_was_undone_is_made_up_for(engine, monkeypatch):
    monkeypatch.setattr(keeper, "AT_ONCE", 3)
    due = [until(person(str(number), f"Name{number}", birth=None), SOON) for number in range(10, 17)]
    for record in due:
        send(engine, record)
    keep(engine)
    with monkeypatch.context() as patch:
        patch.setattr("resolver.store.writer.Writer.write_decisions", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            keep(engine)
    told = []
    while step := keep(engine).decisions:
        told += [decision.record for decision in step]
    assert sorted(told) == [record.name for record in due[3:]]


def test_a_date_that_was_extended_is_told_again_in_its_time(engine, clock):
    send(engine, until(ONE, SOON))
    assert len(keep(engine).decisions) == 1
    extend(engine, review=SOON + timedelta(days=365), expiry=SOON + timedelta(days=365))
    assert keep(engine).decisions == ()
    clock.forward(days=300)
    assert [told.due.expiry for told in keep(engine).decisions] == [SOON + timedelta(days=365)]


def test_what_is_due_concerns_its_owner_alone(engine):
    stranger = person("9", source="bbb")
    send(engine, until(ONE, SOON), stranger)
    assert len(identities(engine)) == 1
    keep(engine)
    wanted = DecisionFilter(kinds=frozenset({DecisionKind.REVIEW_DUE}), sources=frozenset({"sources/bbb"}))
    start = FeedPlace(0, None)
    assert engine.reader.feed.stretch(start, engine.reader.head(), wanted, 100).decisions == ()
    own = DecisionFilter(kinds=wanted.kinds, sources=frozenset({"sources/aaa"}))
    assert len(engine.reader.feed.stretch(start, engine.reader.head(), own, 100).decisions) == 1


@pytest.mark.parametrize(
    ("dates", "reason"),
    [
        ({"expiry": date(2099, 1, 1)}, ErrorReason.RETENTION_TOO_LONG),
        ({"expiry": date(2026, 4, 1)}, ErrorReason.RETENTION_NOT_LATER),
        ({"review": date(2026, 4, 1)}, ErrorReason.RETENTION_NOT_LATER),
        ({"record": OTHER, "expiry": SOON}, ErrorReason.RECORD_NOT_FOUND),
        (
            {"expiry": date(2029, 1, 1), "rights": WriteRights("ftf://D/bka/x", Owner("D", "bka"))},
            ErrorReason.SOURCE_NOT_GRANTED,
        ),
    ],
)
def test_an_extension_that_cannot_be_is_refused_by_its_reason(engine, dates, reason):
    send(engine, until(ONE, SOON))
    with pytest.raises(ResolverError) as refused:
        extend(engine, **dates)
    assert refused.value.reason is reason
    assert engine.reader.record(ONE.name).dates.expiry == SOON


def test_a_record_is_kept_through_its_last_day_and_purged_after_it(engine, clock):
    send(engine, until(ONE, SOON), OTHER)
    clock.now = NOON + timedelta(days=100)
    assert sweep(engine).purged == ()
    clock.forward(days=1)
    (purged,) = sweep(engine).purged
    assert purged.record == purged_name(engine.digest_key, ONE.name)
    assert purged.required_actions == (RequiredAction.PURGE_RECORD,)
    assert engine.reader.record(ONE.name) is None
    assert identities(engine) == {frozenset({OTHER.name})}


def test_what_a_purged_record_held_together_comes_apart_and_copies_are_asked_to_separate_it(engine, clock):
    third = person("5", "Movsar Dudaev", birth=date(1970, 1, 9), town="Grozny")
    send(engine, ONE, until(OTHER, SOON), third)
    numbers = set()
    for one, other in ((ONE, OTHER), (OTHER, third)):
        word = Word(VerdictKind.SAME, Basis.EXAMINER, Justification.NOT_ASSESSED, "one face", "ex-1")
        (ruled,) = engine.submit(Write((), atomic=True, judgement=GiveVerdict(one.name, other.name, word))).result(60)
        numbers.add(ruled.verdicts[0].number)
    assert identities(engine) == {frozenset({ONE.name, OTHER.name, third.name})}
    clock.forward(days=101)
    (purged,) = sweep(engine).purged
    assert identities(engine) == {frozenset({ONE.name}), frozenset({third.name})}
    assert purged.required_actions == (RequiredAction.PURGE_RECORD, RequiredAction.SEPARATE_RECORDS)
    assert engine.reader.judgements.verdicts(0, 100, "", VerdictState.STANDING) == []
    word = Word(VerdictKind.SAME, Basis.EXAMINER, Justification.NOT_ASSESSED, "one face", "ex-1")
    given = engine.submit(Write((), atomic=True, judgement=GiveVerdict(ONE.name, third.name, word))).result(60)
    assert given[0].verdicts[0].number not in numbers
    assert replayed(feed(engine)) == identities(engine)


def test_no_earlier_decision_names_a_purged_record_and_the_store_is_whole(engine, clock):
    first = send(engine, ONE, until(SAME, SOON), OTHER, BRIDGE)
    assert any(SAME.name in repr(decision) for decision in first)
    engine.submit(Write((Withdrawal(SAME.name),))).result(60)
    send(engine, until(SAME, SOON))
    keep(engine)
    clock.forward(days=101)
    assert len(sweep(engine).purged) == 1
    assert SAME.name not in repr(feed(engine))
    assert replayed(feed(engine)) == identities(engine)
    broken = [each.invariant.words for each in check(engine._database.cursor(), THOROUGH) if each.breaches]
    assert broken == []


def test_a_withdrawn_record_is_purged_too_and_neither_numbers_nor_names_are_given_twice(engine, clock):
    send(engine, OTHER, until(ONE, SOON))
    before = engine.reader.record(ONE.name).number
    engine.submit(Write((Withdrawal(ONE.name),))).result(60)
    clock.forward(days=101)
    (purged,) = sweep(engine).purged
    assert purged.changes == ()
    assert engine.reader.record_versions(ONE.name, 0, 10) == []
    (again,) = send(engine, ONE)
    assert (again.kind, again.record_version) == (DecisionKind.CREATED, 1)
    assert engine.reader.record(ONE.name).number > before


def test_the_tables_in_memory_forget_what_was_purged(engine, clock):
    send(engine, until(SAME, SOON), OTHER)
    clock.forward(days=101)
    resident = engine._writer._resident
    assert "AB1234567" in held(resident)
    sweep(engine)
    assert "AB1234567" not in held(resident)
    assert SAME.name not in held(resident)
    assert OTHER.name in held(resident)


def held(resident):
    """All that lies in the tables, rows that are gone included."""
    return repr([segment.rows.to_pylist() for table in resident._tables for segment in table._kept.segments])


def test_a_sweep_leaves_its_decisions_in_the_audit_log_and_an_idle_one_leaves_nothing(engine, clock):
    send(engine, until(ONE, SOON))
    clock.forward(days=101)
    done = sweep(engine)
    number = engine.audit_head.number
    sweep(engine)
    assert engine.audit_head.number == number
    told, purged = (entry.content for entry in engine.reader.audit.entries(number - 2, 10, AuditFilter()))
    assert told["results"] == {"REVIEW_DUE": 1}
    assert purged["results"] == {"PURGED": 1}
    assert done.purged[0].record in purged["references"]
    assert ONE.name not in purged["references"]
    assert engine.reader.audit.verify().holds
