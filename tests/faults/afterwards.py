"""What must be so after a fault: all that was acknowledged is there, once, as it was told, and nothing by halves."""

from contextlib import closing

from resolver.domain.decision import Decision
from resolver.domain.errors import ResolverError
from resolver.engine.engine import open_engine
from resolver.store.database import examine
from tests.faults.writer import comparable

_ALL = 10**9
_PATIENCE = 120


def check_afterwards(store, writes, acknowledged, asked, key=None):
    """Opens the store and compares it with what was acknowledged; then asks again for everything that was asked for.

    `acknowledged`: answers by places in the plan. `asked`: places below it may have been asked for.
    """
    broken = [each.invariant.words for each in examine(store, key) if each.breaches]
    assert not broken, broken
    with closing(open_engine(store, key=key)) as engine:
        feed = engine.reader.decisions(0, _ALL)
        assert [decision.sequence for decision in feed] == list(range(1, len(feed) + 1)), "the feed has a gap"
        for place, answers in acknowledged.items():
            for told in answers:
                if isinstance(told, Decision) and told.sequence:
                    assert len(feed) >= told.sequence, f"write {place} was acknowledged and is lost"
                    assert feed[told.sequence - 1] == told, f"write {place} is told otherwise"
        _replayed(engine, feed)
        stored = _whole_writes(engine, writes, acknowledged, asked)
        _asked_again(engine, writes, acknowledged, asked, stored)
        _replayed(engine, engine.reader.decisions(0, _ALL))


def _replayed(engine, feed):
    """Replaying the feed gives the memberships."""
    where = {}
    for decision in feed:
        for change in decision.changes:
            for record in change.records:
                assert where.get(record) == change.before, "a record left where it was not"
                where[record] = change.after
    written = {
        record: identity.name for identity in engine.reader.identities(0, _ALL, 0) for record in identity.records
    }
    assert {record: identity for record, identity in where.items() if identity is not None} == written


def _whole_writes(engine, writes, acknowledged, asked):
    """The places of the writes that were stored; one with a part of its records is a fault."""
    with engine.reader.reading.snapshot():
        kept = {key for (key,) in engine.reader.reading.rows("SELECT request_key FROM answers")}
        names = {name for (name,) in engine.reader.reading.rows("SELECT name FROM records")}
    stored = {place for place in range(len(writes)) if writes[place].request_key in kept}
    assert stored <= set(range(asked)), "something is stored that nobody asked for"
    assert acknowledged.keys() <= stored, "an acknowledged write has lost its answer"
    for place in range(asked):
        if len(writes[place].changes) > 1:
            new = {change.name for change in writes[place].changes}
            assert new <= names if place in stored else not new & names, f"write {place} is stored by halves"
    return stored


def _asked_again(engine, writes, acknowledged, asked, stored):
    """A repeat of what was stored gives its first answer and decides nothing; the rest is stored now."""
    before = engine.reader.head()
    repeated = {place: engine.submit(writes[place]) for place in sorted(stored)}
    for place, future in repeated.items():
        again = tuple(map(comparable, future.result(_PATIENCE)))
        assert again == acknowledged.get(place, again), f"write {place} is answered otherwise when repeated"
    assert engine.reader.head() == before, "a repeat decided something"
    for future in [engine.submit(writes[place]) for place in range(asked) if place not in stored]:
        error = future.exception(_PATIENCE)
        assert error is None or isinstance(error, ResolverError), error
