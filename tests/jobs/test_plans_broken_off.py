"""Whatever breaks a plan off, and whenever: a clear error, the store as it was, and the same call works afterwards."""

from contextlib import closing, suppress

import duckdb
import pytest

from resolver.domain.errors import ErrorReason, Refused, ResolverError
from resolver.domain.plan import Limits, PlanState
from resolver.engine.engine import open_engine
from resolver.jobs.interrupting import interruptible
from resolver.jobs.plan_control import Control
from resolver.jobs.reresolution import Reresolver
from resolver.store.attaching import scratch_beside
from resolver.store.configuration import Configuration
from resolver.store.keys import StoreKey
from tests.faults.room import full_disk
from tests.jobs.configurations import CAUTIOUS, another_model, approve
from tests.jobs.test_reresolution import QUICK, broken, decode, send, state, submission

RECORDS = 80
ON_ITS_WAY = {"taking over", "regrouping"}


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return another_model(tmp_path_factory.mktemp("models"))


@pytest.fixture
def engine(tmp_path, corpus_messages):
    opened = open_engine(tmp_path / "store.duckdb")
    send(opened, *map(submission, corpus_messages[:RECORDS]))
    yield opened
    opened.close()


def phases_of(work):
    """What a run says that it does, without counts, in its order; and its result."""
    told = []
    result = work(Control(lambda words, *_: told.append(words.rstrip("0123456789,% ")), share=1.0))
    return list(dict.fromkeys(told)), result


def cancelled_at(work, phase):
    """Has a run cancelled once it says that it is in a phase."""
    reached = []
    control = Control(
        lambda words, *_: reached.append(words),
        lambda: any(words.startswith(phase) for words in reached),
        share=1.0,
    )
    with pytest.raises(Refused) as refused:
        work(control)
    assert refused.value.reason is ErrorReason.OPERATION_CANCELLED


def was_cancelled(work):
    """Whether work ended since it was cancelled; anything else that it raises is raised."""
    try:
        work()
    except Refused as refused:
        if refused.reason is ErrorReason.OPERATION_CANCELLED:
            return True
        raise
    return False


def test_cancelled_in_every_phase_of_another_model(engine, model):
    _, other, texts = model
    wanted = Configuration(other, CAUTIOUS)
    reresolver, before = Reresolver(engine, decode), state(engine)

    def planning(control):
        return reresolver.plan(wanted, texts, Limits(), control)

    phases, first = phases_of(planning)
    assert len(phases) >= 6
    for phase in phases:
        cancelled_at(planning, phase)
        assert state(engine) == before
        assert [plan.number for plan in engine.reader.plans.plans(0, 10)] == [first.number]
    approve(engine, texts, "one", "other")

    plan = planning(QUICK)
    seen = set()
    for action, done in ((reresolver.apply, PlanState.APPLIED), (reresolver.roll_back, PlanState.ROLLED_BACK)):
        was, begun_from = state(engine), engine.reader.plans.plan(plan.number).state
        told = []
        for _ in range(20):
            # Each run is cancelled at the first phase that none was cancelled at, until one comes to its end.
            reached = []

            def noticed(words, *_, reached=reached, told=told):
                phase = words.rstrip("0123456789,% ")
                if phase not in told:
                    told.append(phase)
                    reached.append(phase)

            control = Control(noticed, lambda reached=reached: bool(reached), share=1.0)
            if not was_cancelled(lambda control=control, action=action: action(plan.number, control)):
                break
            now = engine.reader.plans.plan(plan.number)
            if now.state is begun_from:
                assert state(engine) == was
            else:
                # Cancelled when it was about to take over, or later: whole, and on its way.
                assert reached[0] in ON_ITS_WAY
                assert now.in_force
        assert engine.reader.plans.plan(plan.number).state is done
        seen |= set(told)
    assert {"reading the records", "uniting", "staging records", "staging pairs", *ON_ITS_WAY} <= seen
    assert state(engine) == before


def test_a_long_statement_is_interrupted():
    class StopNow(Exception):
        pass

    def stop():
        raise StopNow

    connection = duckdb.connect()
    with pytest.raises(StopNow), interruptible(connection, stop):
        connection.execute(
            "SELECT count(*) FROM range(1_000_000) a, range(1_000_000) b WHERE a.range * b.range % 7 = 1"
        )


def test_what_nobody_stops_goes_on():
    connection = duckdb.connect()
    with interruptible(connection, lambda: None):
        assert connection.execute("SELECT 1").fetchall() == [(1,)]
    with pytest.raises(duckdb.InterruptException), interruptible(connection, lambda: None):
        raise duckdb.InterruptException


def test_a_plan_that_needs_more_memory_than_it_may_take_and_cannot_spill_is_refused(corpus_messages):
    engine = open_engine(None)
    try:
        send(engine, *map(submission, corpus_messages[:RECORDS]))
        before = state(engine)
        wanted = Configuration(engine.configuration.model, CAUTIOUS)
        with pytest.raises(Refused) as refused:
            Reresolver(engine, decode, memory="1MB").plan(wanted, None, Limits(), QUICK)
        assert refused.value.reason is ErrorReason.PLAN_LIMIT
        assert "memory" in refused.value.message
        assert engine.reader.plans.plans(0, 1) == []
        assert state(engine) == before
        assert Reresolver(engine, decode).plan(wanted, None, Limits(), QUICK).state is PlanState.PLANNED
    finally:
        engine.close()


@pytest.mark.parametrize("key", [None, StoreKey("k" * 44)], ids=["plain", "encrypted"])
def test_what_a_plan_spills_is_beside_the_store_and_encrypted_as_it_is(tmp_path, key):
    path = tmp_path / "store.duckdb"
    left = tmp_path / "store.duckdb.plan.tmp" / "of a process that was killed"
    left.parent.mkdir()
    left.touch()
    scratch = scratch_beside(path, key, "64MB")
    assert not left.exists()
    scratch.execute("SET preserve_insertion_order = false")
    scratch.execute("CREATE TABLE many AS SELECT range AS a, 'MuhammadAhmad' || range AS b FROM range(4_000_000)")
    spilled = b"".join(each.read_bytes() for each in left.parent.iterdir())
    assert len(spilled) > 1_000_000
    assert (b"MuhammadAhmad" in spilled) == (key is None)
    scratch.close()
    assert list(tmp_path.iterdir()) == []


def fill(path):
    """Writes until there is no room."""
    with path.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(4096)):
            pass


def test_a_disk_that_is_full_breaks_a_plan_off_and_nothing_else(tmp_path, corpus_messages, model):
    _, other, texts = model
    wanted = Configuration(other, CAUTIOUS)
    with full_disk(tmp_path / "small", 48 << 20) as disk:
        if disk.file_limit is not None:
            pytest.skip("this process may not mount a file system of its own")
        path, ballast = disk.folder / "store.duckdb", disk.folder / "ballast"
        with closing(open_engine(path)) as engine:
            send(engine, *map(submission, corpus_messages[:RECORDS]))
            before = state(engine)
            fill(ballast)
            with pytest.raises(ResolverError) as error:
                Reresolver(engine, decode).plan(wanted, texts, Limits(), QUICK)
            assert error.value.reason in (ErrorReason.STORAGE_FULL, ErrorReason.STORE_FAILED, ErrorReason.PLAN_LIMIT)
            ballast.unlink()
        assert broken(path) == []
        with closing(open_engine(path)) as engine:
            assert engine.reader.plans.plans(0, 1) == []
            assert state(engine) == before
            assert Reresolver(engine, decode).plan(wanted, texts, Limits(), QUICK).state is PlanState.PLANNED
