"""What the engine answers to writes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from resolver.domain.decision import DecisionKind
from resolver.domain.errors import Conflict, ErrorReason, InvalidInput, NotFound
from resolver.domain.finding import DataQualityKind
from resolver.engine.asked.writes import Withdrawal, Write
from resolver.engine.engine import open_engine
from tests.people import ONE, OTHER, SAME, person, submission


def write(engine, *changes, **options):
    return engine.submit(Write(changes, **options)).result(timeout=30)


def test_a_new_person_is_created_and_the_same_person_attached(submit):
    created, attached, other = submit(ONE, SAME, OTHER)
    assert created.kind is DecisionKind.CREATED
    assert attached.kind is DecisionKind.ATTACHED
    assert attached.identity == created.identity
    assert [(link.left, link.right) for link in attached.deciding_links] == [(ONE.name, SAME.name)]
    assert other.kind is DecisionKind.CREATED
    assert other.identity != created.identity
    assert [decision.sequence for decision in (created, attached, other)] == [1, 2, 3]


def test_records_of_one_write_are_decided_like_records_of_many(engine):
    created, attached = write(engine, submission(ONE), submission(SAME))
    assert (created.kind, attached.kind) == (DecisionKind.CREATED, DecisionKind.ATTACHED)


def test_a_correction_splits_what_the_error_had_joined_and_names_the_broken_link(engine, submit):
    _, attached = submit(ONE, SAME)
    corrected = replace(OTHER, name=SAME.name)
    (split,) = submit(corrected)
    assert split.kind is DecisionKind.SPLIT
    assert split.record_version == 2
    assert [(change.before, change.after, change.records) for change in split.changes] == [
        (attached.identity, split.identity, (SAME.name,))
    ]
    assert [(link.left, link.right) for link in split.broken_links] == [(ONE.name, SAME.name)]
    (back,) = submit(SAME)
    assert back.kind is DecisionKind.MERGED
    assert back.identity == attached.identity
    assert engine.reader.forward(split.identity).identity.name == attached.identity


def test_a_withdrawn_record_leaves_and_comes_back_under_its_old_name(engine, submit):
    created, _ = submit(ONE, SAME)
    (withdrawn,) = write(engine, Withdrawal(ONE.name))
    assert withdrawn.kind is DecisionKind.WITHDRAWN
    assert withdrawn.identity is None
    remaining = engine.reader.identity_of(SAME.name)
    assert remaining.name != created.identity
    assert engine.reader.forward(created.identity).identity == remaining
    assert engine.reader.identity_of(ONE.name) is None
    (back,) = submit(ONE)
    assert back.identity == created.identity
    assert engine.reader.identity(created.identity).records == (ONE.name, SAME.name)


def test_a_record_sent_again_as_it_is_changes_nothing(engine, submit):
    submit(ONE, SAME)
    head = engine.reader.head()
    (again,) = submit(SAME)
    assert again.kind is DecisionKind.UNCHANGED
    assert again.sequence == 0
    assert again.identity == engine.reader.identity_of(SAME.name).name
    assert engine.reader.head() == head


def test_a_dry_run_gives_the_receipt_of_the_real_write_and_keeps_nothing(engine, submit):
    submit(ONE)
    (dry,) = write(engine, submission(SAME), validate_only=True)
    assert engine.reader.record(SAME.name) is None
    assert engine.reader.head() == 1
    (real,) = submit(SAME)
    assert replace(real, sequence=0, commit_time=dry.commit_time) == dry


def test_a_repeated_request_gets_its_first_answer_and_another_content_is_refused(engine):
    first = write(engine, submission(ONE), request_key="r:1", digest=b"x")
    assert write(engine, submission(ONE), request_key="r:1", digest=b"x") == first
    with pytest.raises(InvalidInput) as refused:
        write(engine, submission(SAME), request_key="r:1", digest=b"y")
    assert refused.value.reason is ErrorReason.REQUEST_ID_REUSED
    write(engine, submission(ONE), request_key="s:1:1", digest=b"x", streamed=True)
    with pytest.raises(InvalidInput) as refused:
        write(engine, submission(ONE), request_key="s:1:1", digest=b"y", streamed=True)
    assert refused.value.reason is ErrorReason.SEQUENCE_REUSED


def test_first_answers_hold_unchanged_records_and_errors_too(engine, submit):
    submit(ONE)
    changes = (submission(ONE), submission(SAME, etag='"4"'), submission(OTHER))
    first = write(engine, *changes, request_key="s:a:1", digest=b"x")
    again = write(engine, *changes, request_key="s:a:1", digest=b"x")
    assert [type(answer) for answer in first] == [type(answer) for answer in again]
    assert first[0] == again[0]
    assert first[1].reason is again[1].reason is ErrorReason.ETAG_MISMATCH
    assert first[2] == again[2]


def test_flaws_of_a_record_are_told_whatever_becomes_of_it(engine, submit):
    flawed = person("1", birth=date(1985, 1, 1))
    (created,) = submit(flawed)
    (repeated,) = submit(flawed)
    (corrected,) = submit(person("1", birth=date(1985, 1, 2)))
    kinds = [[found.kind for found in each.findings] for each in (created, repeated, corrected)]
    assert kinds == [[DataQualityKind.BIRTH_DATE_DEFAULT], [DataQualityKind.BIRTH_DATE_DEFAULT], []]
    assert repeated.kind is DecisionKind.UNCHANGED


def test_a_repeated_request_gets_its_first_findings_on_another_day_too():
    now = [datetime(2026, 7, 1, 12, tzinfo=UTC).replace(tzinfo=None)]
    engine = open_engine(None, clock=lambda: now[0])
    try:
        unborn = submission(person("1", birth=date(2026, 7, 2)))
        first = write(engine, unborn, request_key="r:1", digest=b"x")
        unchanged = write(engine, unborn, request_key="r:2", digest=b"x")
        assert [found.kind for found in first[0].findings] == [DataQualityKind.BIRTH_DATE_IN_FUTURE]
        now[0] += timedelta(hours=20)
        assert write(engine, unborn, request_key="r:1", digest=b"x") == first
        assert write(engine, unborn, request_key="r:2", digest=b"x") == unchanged
        assert write(engine, unborn)[0].findings == ()
    finally:
        engine.close()


def test_an_etag_guards_a_correction(engine, submit):
    submit(ONE)
    stale = engine.submit(Write((submission(replace(OTHER, name=ONE.name), etag='"7"'),))).result(timeout=30)[0]
    assert isinstance(stale, Conflict)
    current = engine.reader.record(ONE.name).etag
    (corrected,) = write(engine, submission(replace(OTHER, name=ONE.name), etag=current))
    assert corrected.record_version == 2


def test_withdrawing_what_is_not_there_is_not_found(engine, submit):
    submit(ONE)
    (unknown,) = write(engine, Withdrawal("sources/aaa/records/none"))
    assert isinstance(unknown, NotFound)
    write(engine, Withdrawal(ONE.name))
    (again,) = write(engine, Withdrawal(ONE.name))
    assert isinstance(again, NotFound)


def test_an_atomic_write_stores_all_or_nothing(engine):
    with pytest.raises(Conflict):
        write(engine, submission(ONE), submission(SAME, etag='"1"'), atomic=True)
    assert engine.reader.head() == 0
    with pytest.raises(InvalidInput):
        write(engine, submission(ONE), submission(replace(OTHER, name=ONE.name)), atomic=True)
    assert engine.reader.head() == 0
    assert len(write(engine, submission(ONE), submission(SAME), atomic=True)) == 2


def test_one_record_twice_in_a_write_is_a_record_and_its_correction(engine):
    first, second = write(engine, submission(ONE), submission(replace(OTHER, name=ONE.name)))
    assert (first.record_version, second.record_version) == (1, 2)
    assert engine.reader.record(ONE.name).version == 2


def test_correcting_two_linked_records_at_once_does_not_tear_them_apart(engine, submit):
    created, _ = submit(ONE, SAME)
    town = "Makhachkala"
    changes = [submission(replace(person("x", town=town), name=record.name)) for record in (ONE, SAME)]
    decisions = write(engine, *changes)
    assert [decision.kind for decision in decisions] == [DecisionKind.UNCHANGED] * 2
    assert {decision.identity for decision in decisions} == {created.identity}


def test_a_name_forwards_to_where_its_record_went_last(engine, submit):
    first, _, third = submit(ONE, SAME, OTHER)
    (joined,) = submit(replace(OTHER, name=SAME.name))
    assert joined.identity == third.identity or joined.kind is DecisionKind.REGROUPED
    (alone,) = submit(person("9", "Ivan Petrov", birth=date(1970, 5, 6)))
    submit(replace(ONE, name="sources/aaa/records/9"))
    submit(replace(OTHER, name="sources/aaa/records/9"))
    led = engine.reader.forward(alone.identity)
    assert led.identity == engine.reader.identity_of("sources/aaa/records/9")
    assert led.identity.name != first.identity
    write(engine, Withdrawal("sources/aaa/records/9"))
    assert engine.reader.forward(alone.identity).identity == engine.reader.identity_of(OTHER.name)


def test_a_repeat_in_a_write_tells_the_identity_that_the_write_leaves(engine, submit):
    submit(ONE, OTHER)
    corrected, repeated = write(engine, submission(replace(ONE, name=OTHER.name)), submission(ONE))
    assert repeated.kind is DecisionKind.UNCHANGED
    assert repeated.identity == corrected.identity


def test_an_identity_can_be_read_as_it_was(engine, submit):
    created, attached = submit(ONE, SAME)
    assert engine.reader.identity(created.identity, created.commit_time).records == (ONE.name,)
    assert engine.reader.identity(created.identity, attached.commit_time).records == (ONE.name, SAME.name)


def test_fully_known_birth_dates_that_exclude_each_other_go_to_a_person(submit):
    _, kept_apart = submit(ONE, person("2", birth=date(1988, 11, 17), passport="AB1234567"))
    assert kept_apart.kind is DecisionKind.CREATED
    assert [task.reason.name for task in kept_apart.review_tasks_raised] in (
        ["BIRTH_DATES_CONFLICT"],
        ["BETWEEN_THRESHOLDS"],
    )
