"""watch with filters and as a consumer, and what the consumers of the feed have to carry out."""

import json

import pytest

from ftf.resolution.v1.resolution_service_pb2 import WithdrawRecordRequest
from ftf_client import connect


@pytest.fixture
def withdrawn(run_fresh, tmp_path, record):
    """A server on which three records of three people were sent and the first was withdrawn; its decisions."""
    sent = []
    for key, country in (("1", "IRQ"), ("2", "FRA"), ("3", "IRQ")):
        one = record(key, other=True)
        one["owner"]["country"] = country
        path = tmp_path / "record.json"
        path.write_text(json.dumps(one))
        sent.append(run_fresh.json("resolve", path))
    with connect(run_fresh.address, purpose="identify", case_reference="made up") as client:
        client.resolution.WithdrawRecord(WithdrawRecordRequest(name=sent[0]["record"]))
    return sent


def watched(run, *options):
    return [json.loads(line) for line in run("watch", "--stop-at-end", "--json", *options).stdout.splitlines()]


FILTERS = {
    ("--country", "FRA"): ["CREATED"],
    ("--country", "IRQ"): ["CREATED", "CREATED", "WITHDRAWN"],
    ("--kind", "withdrawn", "--kind", "merged"): ["WITHDRAWN"],
    ("--country", "IRQ", "--kind", "created"): ["CREATED", "CREATED"],
    ("--source", "sources/nobody"): [],
}


def test_the_feed_is_watched_through_a_filter(run_fresh, withdrawn):
    for options, kinds in FILTERS.items():
        told = [each["kind"].removeprefix("DECISION_KIND_") for each in watched(run_fresh, *options)]
        assert told == kinds, options


def test_what_was_printed_is_acknowledged_and_not_printed_again(run_fresh, withdrawn):
    as_registry = ("--consumer", "registry", "--holder", "installation 7")
    run_fresh("consumers", "create", "registry", "--holder", "installation 7")
    assert len(watched(run_fresh, *as_registry)) == 4
    assert watched(run_fresh, *as_registry) == []
    (consumer,) = run_fresh.json("consumers", "list")
    assert int(consumer.get("lagDecisions", 0)) == int(consumer.get("outstandingDecisions", 0)) == 0
    assert "(CONSUMER_TAKEN)" in run_fresh("watch", "--consumer", "registry", fails=1).output
    both = run_fresh("watch", *as_registry, "--country", "FRA", fails=1).output
    assert "filter: must be absent with a consumer" in both


def test_what_consumers_must_still_carry_out_is_listed_until_they_have(run_fresh, withdrawn):
    assert "no consumers" in run_fresh("consumers", "list").output
    run_fresh("consumers", "create", "registry")
    run_fresh("consumers", "create", "elsewhere", "--country", "FRA", "--source", "sources/nobody")
    shown = run_fresh("consumers", "list").output
    assert "consumers/registry  everything: 4 to acknowledge since" in shown
    assert "consumers/elsewhere  FRA sources/nobody: 0 to acknowledge, 0 to carry out" in shown

    record = withdrawn[0]["record"]
    assert f"{record}: PURGE_RECORD since " in run_fresh("consumers", "outstanding").output
    (item,) = run_fresh.json("consumers", "outstanding", "registry")
    decision = item["decision"]["name"]
    assert item["consumer"] == "consumers/registry"
    assert "consumers/registry  outstanding since " in run_fresh("consumers", "acknowledgements", decision).output
    assert "(CONSUMER_OUTSTANDING)" in run_fresh("consumers", "delete", "registry", fails=1).output

    run_fresh("watch", "--stop-at-end", "--consumer", "registry")
    assert "Nothing is outstanding" in run_fresh("consumers", "outstanding").output
    (receipt,) = run_fresh.json("consumers", "acknowledgements", decision)
    assert receipt["consumer"] == "consumers/registry"
    assert receipt["acknowledgeTime"]
    assert "No consumer had to" in run_fresh("consumers", "acknowledgements", withdrawn[1]["name"]).output
    assert run_fresh.json("consumers", "delete", "registry") == {"deleted": "consumers/registry"}
    assert "consumers/elsewhere is deleted" in run_fresh("consumers", "delete", "elsewhere").output


def test_a_decision_that_is_to_be_undone_says_so(run_fresh, withdrawn):
    assert "to undo: PURGE_RECORD" in run_fresh("watch", "--stop-at-end").output
