"""What Prometheus is told: each metric says what it should, and the list of the documentation is complete."""

import asyncio
import re
from contextlib import ExitStack
from pathlib import Path

import grpc
import pytest
from prometheus_client import CollectorRegistry

from ftf.resolution.v1 import consumer_service_pb2, decision_service_pb2, record_service_pb2
from ftf.resolution.v1 import resolution_service_pb2 as pb
from resolver.engine.asked.writes import Write
from resolver.engine.engine import open_engine
from resolver.engine.queued import Lane
from resolver.observe.admin_port import AdminPort
from resolver.observe.call_log import CallLog
from resolver.observe.metrics import Metrics
from resolver.rpc.listening import BindError
from tests.conftest import serving
from tests.people import ONE, SAME, submission
from tests.rpc.examples import person, wait_until

PAGE = Path(__file__).parents[2] / "docs" / "observability.md"
RESOLVE = ("method", "ftf.resolution.v1.ResolutionService/ResolveRecord")
GET = ("method", "ftf.resolution.v1.RecordService/GetRecord")


@pytest.fixture(scope="module")
def watched():
    """A server with metrics, and the address of these."""
    with ExitStack() as stack:
        engine = open_engine(None)
        stack.callback(engine.close)
        metrics = Metrics(engine)
        engine.listeners.watch_batches(metrics.batch_done)
        port = AdminPort(metrics.registry, "127.0.0.1", 0)
        stack.callback(port.stop)
        # A loop that serves nothing: that of the command is watched in the same way.
        loop = asyncio.new_event_loop()
        stack.callback(loop.close)
        metrics.watch_loop(loop)
        yield stack.enter_context(serving(engine, watchers=(CallLog(), metrics))), port.address


def test_calls_are_counted_by_method_and_code(watched, scrape, samples):
    server, address = watched
    before = samples(scrape(address))
    server.resolution.ResolveRecord(pb.ResolveRecordRequest(record=person("sources/metrics/records/1")))
    for _ in range(2):
        with pytest.raises(grpc.RpcError):
            server.records.GetRecord(record_service_pb2.GetRecordRequest(name="sources/metrics/records/none"))
    wait_until(lambda: samples(scrape(address)).get(("resolver_calls_total", ("code", "NOT_FOUND"), GET), 0) == 2)
    after = samples(scrape(address))

    assert after[("resolver_calls_total", ("code", "OK"), RESOLVE)] == 1 + before.get(
        ("resolver_calls_total", ("code", "OK"), RESOLVE), 0
    )
    assert after[("resolver_call_seconds_count", GET)] == 2
    assert after[("resolver_calls_in_flight", GET)] == 0


def test_a_batch_is_told_by_size_time_phase_and_what_was_decided(watched, scrape, samples):
    server, address = watched
    before = samples(scrape(address))

    def gained(name, *labels):
        return samples(scrape(address)).get((name, *labels), 0) - before.get((name, *labels), 0)

    server.engine.submit(Write((submission(ONE), submission(SAME)))).result(timeout=60)
    kind = ("kind", "changes")
    wait_until(lambda: gained("resolver_batch_seconds_count", kind) == 1)
    assert gained("resolver_batch_changes_sum", kind) == 2
    assert gained("resolver_decisions_total", ("kind", "created")) == 1
    assert gained("resolver_decisions_total", ("kind", "attached")) == 1
    assert gained("resolver_record_candidates_sum") == 0.5, "two records, one pair"
    assert gained("resolver_record_pairs_sum") == 0.5
    assert gained("resolver_queue_wait_seconds_count", ("lane", "interactive")) == 1
    for phase in ("look_up", "standardise", "load", "score", "partition", "write", "commit"):
        assert gained("resolver_batch_phase_seconds_count", ("phase", phase)) >= 1, phase
    assert gained("resolver_store_rows", ("table", "records")) == 2
    assert gained("resolver_feed_head") == 2


def test_a_dry_run_is_a_batch_and_no_decision(watched, scrape, samples):
    server, address = watched
    before = samples(scrape(address))
    request = pb.ResolveRecordRequest(record=person("sources/metrics/records/dry"), validate_only=True)
    server.resolution.ResolveRecord(request)
    kind = ("resolver_batch_changes_count", ("kind", "dry_runs"))
    wait_until(lambda: samples(scrape(address)).get(kind, 0) > before.get(kind, 0))
    decided = {key: value for key, value in samples(scrape(address)).items() if key[0] == "resolver_decisions_total"}
    assert decided == {key: value for key, value in before.items() if key[0] == "resolver_decisions_total"}


def test_what_waits_is_told_by_lane(watched, scrape, samples, held_writer):
    server, address = watched
    with held_writer(server.engine):
        waits = [server.engine.submit(Write((submission(ONE), submission(SAME)))) for _ in range(3)]
        found = samples(scrape(address))
        assert found[("resolver_queue_writes", ("lane", "interactive"))] == 3
        assert found[("resolver_queue_changes", ("lane", "interactive"))] == 6
        assert found[("resolver_queue_writes", ("lane", "bulk"))] == 0
        assert found[("resolver_queue_age_seconds", ("lane", "interactive"))] > 0
    for write in waits:
        write.result(timeout=60)
    assert server.engine.queue.waiting()[Lane.INTERACTIVE].writes == 0


def test_an_open_task_is_counted_by_its_reason(watched, scrape, samples):
    server, address = watched
    # Two brothers with one passport: the document says one person, the birth dates say two.
    brothers = [
        person("sources/metrics/records/brother-1", "Zelimkhan Batyrov", born=(1985, 3, 4), passport="XK7788991"),
        person("sources/metrics/records/brother-2", "Ramzan Batyrov", born=(1991, 8, 21), passport="XK7788991"),
    ]
    before = samples(scrape(address))
    for record in brothers:
        server.resolution.ResolveRecord(pb.ResolveRecordRequest(record=record))

    def open_tasks(found):
        return sum(value for (name, *_), value in found.items() if name == "resolver_review_tasks_open")

    assert open_tasks(samples(scrape(address))) == open_tasks(before) + 1


def test_the_lag_of_a_consumer_is_told_until_it_acknowledges(watched, scrape, samples):
    server, address = watched
    key = ("resolver_feed_lag_decisions", ("consumer", "metrics"))
    held = consumer_service_pb2.Consumer(holder="made up")
    server.consumers.CreateConsumer(consumer_service_pb2.CreateConsumerRequest(consumer_id="metrics", consumer=held))
    decision = server.resolution.ResolveRecord(pb.ResolveRecordRequest(record=person("sources/metrics/records/lag")))
    found = samples(scrape(address))
    assert found[key] == found[("resolver_feed_head",)]
    server.decisions.AcknowledgeDecisions(
        decision_service_pb2.AcknowledgeDecisionsRequest(
            consumer="consumers/metrics", holder="made up", cursor=decision.cursor
        )
    )
    assert samples(scrape(address))[key] == 0


def test_what_a_consumer_must_carry_out_is_told_until_it_acknowledges(watched, scrape, samples):
    server, address = watched
    decisions = ("resolver_feed_outstanding_decisions", ("consumer", "careful"))
    since = ("resolver_feed_outstanding_since_seconds", ("consumer", "careful"))
    record = person("sources/metrics/records/withdrawn")
    server.resolution.ResolveRecord(pb.ResolveRecordRequest(record=record))
    held = consumer_service_pb2.Consumer(holder="made up")
    created = server.consumers.CreateConsumer(
        consumer_service_pb2.CreateConsumerRequest(consumer_id="careful", consumer=held)
    )
    before = samples(scrape(address))[decisions]
    withdrawn = server.resolution.WithdrawRecord(pb.WithdrawRecordRequest(name=record.name))
    found = samples(scrape(address))
    assert found[decisions] == before + 1
    assert created.create_time.seconds <= found[since] <= withdrawn.commit_time.seconds + 1
    server.decisions.AcknowledgeDecisions(
        decision_service_pb2.AcknowledgeDecisionsRequest(
            consumer="consumers/careful", holder="made up", cursor=withdrawn.cursor
        )
    )
    found = samples(scrape(address))
    assert found[decisions] == 0
    assert since not in found


def exported(text):
    return {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE resolver_")}


def test_the_documentation_lists_exactly_what_is_exported(watched, scrape):
    _, address = watched
    names = {name for name in exported(scrape(address)) if not name.endswith("_created")}
    listed = set(re.findall(r"^\| `(resolver_\w+)`", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert listed == names


def test_a_metrics_port_that_is_taken_is_a_clear_error(watched):
    _, address = watched
    with pytest.raises(BindError, match=f"cannot listen on {address}: it is taken"):
        AdminPort(CollectorRegistry(), "127.0.0.1", int(address.rpartition(":")[2]))
