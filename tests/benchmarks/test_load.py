"""Clients in processes of their own, against a server on a small store."""

import pytest

from benchmarks.performance import client, holdings, server
from benchmarks.performance.load import call, stream
from benchmarks.performance.usage import memory
from ftf.resolution.v1.decision_service_pb2 import ListDecisionsRequest

RECORDS, ARRIVALS = 40, 60


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        for module in (holdings, server):
            patch.setattr(module, "CACHE", tmp_path_factory.mktemp("cache"))
        yield holdings.store(holdings.holding(404, RECORDS, ARRIVALS, lambda _: None), lambda _: None)


@pytest.fixture(scope="module")
def served(store):
    with server.served(store) as running:
        yield running


@pytest.fixture
def plan(store, served):
    def made(first, count, **of):
        return client.Plan(served.address, str(store.holding.arriving), first, count, **{"deadline": 300.0, **of})

    return made


def decisions(served):
    connection = served.client
    answer = connection.decisions.ListDecisions(ListDecisionsRequest(page_size=1_000))
    return len(answer.decisions)


def test_a_store_is_filled_once(store):
    told = []
    assert holdings.store(store.holding, told.append) == store
    assert told == []


def test_one_call_after_another_sends_every_record_once_to_a_copy_of_the_store(store, served, plan):
    before, size = decisions(served), store.path.stat().st_size
    found = call(served, plan(0, 5))
    assert (found.latency.calls, found.latency.lost) == (5, 0)
    assert found.server_cpu > 0
    assert decisions(served) == before + 5
    assert store.path.stat().st_size == size


def test_calls_that_arrive_at_random_repeat_records_and_need_not_store_them(served, plan):
    before = decisions(served)
    found = call(served, plan(5, 5, rate=20.0, seconds=1.0, validate_only=True))
    assert found.latency.calls == len(list(client.arrivals(20.0, 1.0, 1)))
    assert found.latency.lost == 0
    assert decisions(served) == before


def test_a_call_without_an_answer_in_time_is_lost(served, plan):
    found = call(served, plan(5, 3, validate_only=True, deadline=0.0001))
    assert found.latency.lost == 3
    assert found.lost == {"DEADLINE_EXCEEDED": 3}


def test_a_stream_sends_every_record_once(served, plan):
    before = decisions(served)
    found = stream(served, plan(20, 30, message=10))
    assert (found.message, found.records) == (10, 30)
    assert decisions(served) >= before + 30


def test_memory_is_that_of_the_server(served):
    found = memory(served.process)
    assert 0 < found.now <= found.peak


def test_a_store_is_named_after_the_code_that_made_it_and_not_after_what_compilers_leave_beside_that(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(holdings, "ROOT", tmp_path)
    cache = tmp_path / "code" / "__pycache__"
    cache.mkdir(parents=True)
    (tmp_path / "code" / "model.py").write_text("WEIGHT = 1\n")
    before = holdings.source_digest(("code",))
    for name in ("model.cpython-311.pyc", "model._near.py311.nbi"):
        (cache / name).write_bytes(b"compiled")
    assert holdings.source_digest(("code",)) == before
    (tmp_path / "code" / "model.py").write_text("WEIGHT = 2\n")
    assert holdings.source_digest(("code",)) != before
