"""The queue of writes: who is let in, who is refused, and what makes up the next batch."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resolver.domain.audit import Asked, AuditEntry
from resolver.domain.errors import ErrorReason, NotFound, Overloaded
from resolver.engine.admission import (
    FEWEST_IN_BATCH,
    FEWEST_OF_BULK,
    FEWEST_WHEN_PATIENT,
    MOST_IN_BATCH,
    OF_THE_GAP,
    PATIENT,
    PROMPT,
    RETRY_LONGEST,
    Bounds,
    WriteQueue,
)
from resolver.engine.asked.judgements import ConfirmVerdict
from resolver.engine.asked.retention import ExtendRetention, PurgeExpired, RewriteStore, TellDue
from resolver.engine.asked.writes import Write
from resolver.engine.queued import INTERACTIVE_CHANGES, Kind, Lane, lane_of

NOTHING = NotFound(ErrorReason.RECORD_NOT_FOUND, "made up")


class Clock:
    """Seconds that pass when told."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def single(key=""):
    return Write((NOTHING,), request_key=key, atomic=True)


def dry():
    return Write((NOTHING,), atomic=True, validate_only=True)


def note():
    return Write((), note=AuditEntry(Asked("", "identify", "case 1", "made.Up/Read")))


def judged():
    return Write((), atomic=True, judgement=ConfirmVerdict(1, "made up", ""))


def message(records, key=""):
    return Write((NOTHING,) * records, request_key=key, streamed=True)


def queue_of(*writes, bounds=None, clock=None):
    queue = WriteQueue(bounds or {lane: Bounds(10**6, 10.0) for lane in Lane}, clock or Clock())
    for write in writes:
        queue.put(write)
    return queue


def taken(queue):
    return [queued.write for queued in queue.take().queued]


def test_writes_that_wait_are_carried_out_together():
    writes = [single(str(number)) for number in range(5)]
    queue = queue_of(*writes)
    assert taken(queue) == writes
    queue.close()
    assert queue.take() is None


def test_what_waits_when_the_queue_closes_is_still_handed_out_and_nothing_more_is_taken():
    queue = queue_of(single())
    queue.close()
    with pytest.raises(Overloaded) as caught:
        queue.put(single())
    assert caught.value.reason is ErrorReason.SHUTTING_DOWN
    assert len(taken(queue)) == 1
    assert queue.take() is None


def test_the_lane_is_by_stream_and_size():
    assert lane_of(single()) is lane_of(dry()) is lane_of(judged()) is Lane.INTERACTIVE
    assert lane_of(Write((NOTHING,) * INTERACTIVE_CHANGES)) is Lane.INTERACTIVE
    assert lane_of(Write((NOTHING,) * (INTERACTIVE_CHANGES + 1))) is Lane.BULK
    assert lane_of(message(1)) is Lane.BULK


def test_what_a_sweep_does_is_bulk_and_what_a_person_asks_of_retention_is_not():
    for swept in (TellDue(), PurgeExpired(), RewriteStore()):
        assert lane_of(Write((), atomic=True, keeping=swept)) is Lane.BULK
    extended = ExtendRetention("made up", date(2030, 1, 1), None, "made up", "made up")
    assert lane_of(Write((), atomic=True, keeping=extended)) is Lane.INTERACTIVE


def test_an_interactive_write_goes_before_the_bulk_that_came_first():
    late = single()
    queue = queue_of(*[message(100) for _ in range(50)], late)
    assert late in taken(queue)


def test_bulk_that_found_no_room_leads_the_next_batch_and_the_interactive_writes_ride_along():
    bulk = message(500)
    queue = queue_of(bulk, single("a"))
    assert taken(queue) == [single("a")]
    queue.put(single("b"))
    assert taken(queue) == [bulk, single("b")]


@pytest.mark.parametrize("make", [single, dry, judged])
def test_no_flood_of_interactive_writes_starves_bulk(make):
    bulk = message(500)
    queue = queue_of(bulk)
    batches = 0
    while True:
        for _ in range(100):
            queue.put(make())
        batches += 1
        if bulk in taken(queue):
            break
    assert batches <= 2


def test_dry_runs_are_a_batch_of_their_own_and_so_is_each_judgement():
    queue = queue_of(dry(), judged(), single(), dry(), judged(), single())
    queue.close()
    batches = list(iter(queue.take, None))
    assert [(batch.kind, len(batch.queued)) for batch in batches] == [
        (Kind.DRY_RUNS, 2),
        (Kind.JUDGEMENT, 1),
        (Kind.CHANGES, 2),
        (Kind.JUDGEMENT, 1),
    ]


def test_messages_keep_their_order_round_one_that_does_not_fit():
    messages = [message(15, "s:1"), message(400, "s:2"), message(5, "s:3")]
    queue = queue_of(single(), *messages)
    queue.close()
    batches = [[queued.write for queued in batch.queued] for batch in iter(queue.take, None)]
    assert batches == [[single(), messages[0]], [messages[1]], [messages[2]]]


def test_a_repeated_key_waits_for_the_first_ones_answer():
    first, again, other = single("r:1"), single("r:1"), single("r:2")
    queue = queue_of(first, again, other)
    assert taken(queue) == [first, other]
    assert taken(queue) == [again]


def test_a_cancelled_write_leaves_at_once_and_counts_no_more():
    bounds = {lane: Bounds(3, 10.0) for lane in Lane}
    queue = queue_of(bounds=bounds)
    given_up = [queue.put(single()) for _ in range(3)]
    with pytest.raises(Overloaded):
        queue.put(single())
    for future in given_up:
        assert future.cancel()
    assert queue.waiting()[Lane.INTERACTIVE].writes == queue.waiting()[Lane.INTERACTIVE].units == 0
    kept = single("r:kept")
    queue.put(kept)
    assert taken(queue) == [kept]


def test_what_is_carried_out_cannot_be_cancelled():
    queue = queue_of()
    future = queue.put(single())
    queue.take()
    assert not future.cancel()


def test_the_queue_is_quiet_for_as_long_as_no_single_write_and_no_note_came():
    clock = Clock()
    queue = WriteQueue(clock=clock)
    assert queue.quiet == float("inf")
    for quick in (single(), note()):
        queue.put(quick)
        clock.now += 1.0
        assert queue.quiet == 0.0
        batch = queue.take()
        clock.now += 1.0
        queue.carried_out(batch, 1.0)
        clock.now += 1.0
        assert queue.quiet == (1.0 if lane_of(quick) is Lane.INTERACTIVE else 3.0)
    queue.put(message(100))
    clock.now += 1.0
    assert queue.quiet == 4.0


def test_the_queue_is_hurried_from_when_an_interactive_write_comes_until_it_was_carried_out():
    queue = queue_of(message(25), note())
    assert not queue.hurried
    given_up = queue.put(single())
    assert queue.hurried
    given_up.cancel()
    assert not queue.hurried
    queue.put(judged())
    while queue.hurried:
        batch = queue.take()
        assert queue.hurried
        queue.carried_out(batch, 0.01)
    assert batch.kind is Kind.JUDGEMENT
    queue.carried_out(queue.take(), 0.01)
    assert not any(waiting.writes for waiting in queue.waiting().values())


def test_a_full_lane_refuses_and_the_other_does_not():
    queue = queue_of(bounds={Lane.INTERACTIVE: Bounds(10, 10.0), Lane.BULK: Bounds(100, 10.0)})
    queue.put(message(90))
    with pytest.raises(Overloaded) as caught:
        queue.put(message(11))
    assert caught.value.reason is ErrorReason.OVERLOADED
    for _ in range(10):
        queue.put(single())
    with pytest.raises(Overloaded):
        queue.put(judged())
    queue.put(message(10))


def test_an_empty_lane_takes_a_write_that_is_larger_than_its_bound():
    queue = queue_of(bounds={lane: Bounds(10, 10.0) for lane in Lane})
    queue.put(message(11))
    with pytest.raises(Overloaded):
        queue.put(message(1))


def test_a_lane_that_is_too_far_behind_refuses_though_it_is_short():
    clock = Clock()
    queue = queue_of(single(), clock=clock)
    clock.now = 10.1
    assert queue.waiting()[Lane.INTERACTIVE].age == pytest.approx(10.1)
    with pytest.raises(Overloaded):
        queue.put(single())
    queue.put(message(1))
    queue.take()
    queue.put(single())


def test_reads_are_noted_every_second_batch_however_much_is_written():
    queue = queue_of(bounds={lane: Bounds(40, 10.0) for lane in Lane})
    for _ in range(40):
        queue.put(single())
    with pytest.raises(Overloaded):
        queue.put(single())
    for _ in range(2):
        queue.put(note())
    first = queue.take()
    queue.put(note())

    kinds = [first.kind, *(queue.take().kind for _ in range(2))]
    assert kinds == [Kind.NOTES, Kind.CHANGES, Kind.NOTES]
    assert first.units == 2


def test_notes_alone_are_taken_at_once():
    queue = queue_of()
    for _ in range(2):
        queue.put(note())
        assert queue.take().kind is Kind.NOTES


def test_a_refused_caller_is_told_how_long_the_backlog_lasts_at_the_measured_pace():
    def told(per_second):
        queue = queue_of(bounds={lane: Bounds(3_000, 10.0) for lane in Lane})
        for _ in range(100):
            queue.put(message(1_000))
            batch = queue.take()
            queue.carried_out(batch, batch.units / per_second)
        queue.put(message(3_000))
        with pytest.raises(Overloaded) as caught:
            queue.put(message(1))
        return caught.value.retry_after

    assert told(1_000).total_seconds() == pytest.approx(3, rel=0.01)
    assert told(300).total_seconds() == pytest.approx(10, rel=0.01)
    assert told(1) == timedelta(seconds=RETRY_LONGEST)


def settled(queue, per_second, fixed, interactive):
    """The units of a bulk batch once pace and size have settled, on a writer with a fixed cost a batch."""
    for _ in range(200):
        while queue.waiting()[Lane.BULK].units < 3 * MOST_IN_BATCH:
            queue.put(message(10))
        if interactive:
            queue.put(single())
        batch = queue.take()
        queue.carried_out(batch, fixed + batch.units / per_second)
    return batch.units


def test_batches_are_short_while_interactive_writes_come_and_long_when_none_do():
    clock = Clock()
    queue = queue_of(clock=clock)
    busy = settled(queue, 2_000, 0.01, interactive=True)
    assert 40 <= busy <= 80, "forty milliseconds, of which ten are the batch's own"
    clock.now = PATIENT / OF_THE_GAP
    quiet = settled(queue, 2_000, 0.01, interactive=False)
    assert 900 <= quiet <= MOST_IN_BATCH


def test_what_an_interactive_write_may_wait_for_grows_with_the_time_since_the_last_one():
    clock, per_second, part = Clock(), 1_000, 25
    queue = queue_of(bounds={lane: Bounds(10**6, 1_000.0) for lane in Lane}, clock=clock)

    def streamed():
        """The records of a batch of a stream that has more to send than fits."""
        while queue.waiting()[Lane.BULK].units < 2 * MOST_IN_BATCH:
            queue.put(message(part))
        batch = queue.take()
        # A little faster, so that nothing hangs on how it is rounded.
        queue.carried_out(batch, batch.units / (1.01 * per_second))
        return batch.units

    for _ in range(100):
        streamed()
    assert streamed() == PATIENT * per_second, "nobody has called yet"
    for called_at in (0.0, 100.0):
        clock.now = called_at
        queue.put(single())
        assert lane_of(taken(queue)[0]) is Lane.INTERACTIVE
        most = {}
        for since in (0.1, 0.5, 2.0, 5.0, 10.0, 50.0):
            clock.now = called_at + since
            most[since] = streamed()
        assert most[0.1] == most[0.5] == part <= PROMPT * per_second
        assert most[2.0] == 2.0 * OF_THE_GAP * per_second
        assert most[5.0] == 5.0 * OF_THE_GAP * per_second
        assert most[10.0] == most[50.0] == PATIENT * per_second


def test_at_a_very_slow_writer_a_stream_alone_still_has_more_in_a_batch_than_beside_calls():
    clock = Clock()
    queue = queue_of(clock=clock)
    busy = settled(queue, 1_000, 0.6, interactive=True)
    clock.now = PATIENT / OF_THE_GAP
    quiet = settled(queue, 1_000, 0.6, interactive=False)
    assert busy <= FEWEST_OF_BULK + 1 < quiet == FEWEST_WHEN_PATIENT


def test_a_part_of_a_stream_does_not_lengthen_the_batch_of_an_interactive_write_at_a_slow_writer():
    queue = queue_of()
    for _ in range(20):
        queue.put(message(25))
        queue.carried_out(queue.take(), 0.045)
    queue.put(message(25))
    queue.put(single())
    assert taken(queue) == [single()]
    assert taken(queue) == [message(25)]


def test_a_slow_writer_does_not_make_batches_ever_smaller():
    assert settled(queue_of(), 100, 0.2, interactive=True) >= FEWEST_OF_BULK


def test_interactive_writes_share_larger_batches_than_they_share_with_bulk_at_a_slow_writer():
    queue = queue_of()
    for _ in range(20):
        queue.put(message(10))
        queue.carried_out(queue.take(), 1.0)
    for _ in range(40):
        queue.put(single())
    queue.put(message(10))
    assert [write.size for write in taken(queue)] == [1] * FEWEST_IN_BATCH
    assert sum(write.size for write in taken(queue)) == 10 + 15


ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.sampled_from([single, dry, judged, lambda: message(7), lambda: message(400)])),
        st.tuples(st.just("cancel"), st.integers(0, 30)),
        st.tuples(st.just("take"), st.none()),
    ),
    max_size=60,
)


@given(ACTIONS)
@settings(max_examples=200, deadline=None)
def test_every_write_is_handed_out_once_or_was_cancelled(actions):
    queue = queue_of()
    futures, handed = [], []

    def take():
        batch = queue.take()
        assert len({queued.kind for queued in batch.queued}) == 1
        assert batch.kind is not Kind.JUDGEMENT or len(batch.queued) == 1
        bulk = [queued.ticket for queued in batch.queued if lane_of(queued.write) is Lane.BULK]
        assert bulk == sorted(bulk)
        handed.extend(queued.future for queued in batch.queued)

    for action, argument in actions:
        if action == "put":
            futures.append(queue.put(argument()))
        elif action == "cancel" and argument < len(futures):
            futures[argument].cancel()
        elif action == "take" and any(waiting.writes for waiting in queue.waiting().values()):
            take()
    queue.close()
    while any(waiting.writes for waiting in queue.waiting().values()):
        take()
    assert queue.take() is None
    assert {id(future) for future in futures} == {
        *map(id, handed),
        *(id(future) for future in futures if future.cancelled()),
    }
    assert len(handed) == len(set(map(id, handed)))
    assert not any(future.cancelled() for future in handed)
    assert all(waiting.units == 0 for waiting in queue.waiting().values())
