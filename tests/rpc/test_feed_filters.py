"""Filters of the feed: they keep its order, and its cursor moves past what they leave out."""

import itertools

import grpc
import pytest

from ftf.resolution.v1 import decision_pb2, resolution_service_pb2
from ftf.resolution.v1 import decision_service_pb2 as pb
from resolver.engine.engine import open_engine
from tests.conftest import serving
from tests.rpc.examples import person, same_person, status_of_call, violations_in

CREATED, MERGED = decision_pb2.DECISION_KIND_CREATED, decision_pb2.DECISION_KIND_MERGED


def resolve(server, record):
    return server.resolution.ResolveRecord(resolution_service_pb2.ResolveRecordRequest(record=record))


def watch(server, cursor="", *, stop_at_end=True, **which):
    request = pb.WatchDecisionsRequest(
        cursor=cursor, stop_at_end=stop_at_end, filter=decision_pb2.DecisionFilter(**which)
    )
    return server.decisions.WatchDecisions(request)


def of(country, name):
    record = person(name)
    record.owner.country = country
    return record


@pytest.fixture(scope="module")
def own_server():
    engine = open_engine(None)
    with serving(engine) as served:
        yield served
    engine.close()


@pytest.fixture(scope="module")
def mixed(own_server):
    """Decisions of several sources, countries and kinds."""
    one, two = same_person("mixed-a", 2)
    two.owner.country = "TUR"
    changes = [one, of("FRA", "sources/mixed-b/records/1"), two, of("TUR", "sources/mixed-b/records/2")]
    changes += [of("FRA", "sources/mixed-a/records/3"), of("TUR", "sources/mixed-c/records/1")]
    return [resolve(own_server, record) for record in changes]


@pytest.mark.parametrize(
    ("which", "wanted"),
    [
        ({}, [0, 1, 2, 3, 4, 5]),
        ({"sources": ["sources/mixed-b"]}, [1, 3]),
        ({"sources": ["sources/mixed-b", "sources/mixed-c"]}, [1, 3, 5]),
        # The third joins the French record of the first.
        ({"countries": ["FRA"]}, [0, 1, 2, 4]),
        ({"countries": ["TUR"]}, [2, 3, 5]),
        ({"kinds": [decision_pb2.DECISION_KIND_ATTACHED]}, [2]),
        ({"countries": ["FRA"], "sources": ["sources/mixed-b"]}, [1]),
        ({"countries": ["TUR"], "kinds": [CREATED]}, [3, 5]),
        ({"countries": ["ATA"]}, []),
    ],
)
def test_what_is_wanted_comes_in_order_and_the_cursor_ends_where_the_feed_does(own_server, mixed, which, wanted):
    events = list(watch(own_server, **which))
    told = [event.decision for event in events if event.HasField("decision")]
    assert told == [mixed[place] for place in wanted]
    assert events[-1].cursor == mixed[-1].cursor
    assert list(watch(own_server, events[-1].cursor, **which)) == []


def test_a_heartbeat_has_moved_past_what_is_not_wanted(server):
    start = resolve(server, person("sources/moved/records/1"))
    feed = watch(server, start.cursor, stop_at_end=False, countries=["ATA"])
    assert next(feed).cursor == start.cursor
    last = resolve(server, person("sources/moved/records/2"))
    beats = list(itertools.takewhile(lambda event: event.cursor != last.cursor, feed))
    assert not any(event.HasField("decision") for event in beats)
    feed.cancel()


def test_the_heartbeat_after_the_backlog_has_moved_to_its_end(server):
    start, _, last = (resolve(server, person(f"sources/first-beat/records/{i}")) for i in range(3))
    feed = watch(server, start.cursor, stop_at_end=False, countries=["ATA"])
    first = next(feed)
    assert (first.HasField("decision"), first.cursor) == (False, last.cursor)
    feed.cancel()


def test_what_is_wanted_comes_live_among_what_is_not(server):
    start = resolve(server, person("sources/live-f/records/start"))
    feed = watch(server, start.cursor, stop_at_end=False, sources=["sources/live-f"])
    assert not next(feed).HasField("decision")
    for i in range(3):
        resolve(server, person(f"sources/live-g/records/{i}"))
        wanted = resolve(server, person(f"sources/live-f/records/{i}"))
        assert next(event.decision for event in feed if event.HasField("decision")) == wanted
    feed.cancel()


@pytest.mark.parametrize(
    ("which", "field"),
    [
        ({"countries": ["FRA", "ZZZ"]}, "filter.countries[1]"),
        ({"sources": ["mine"]}, "filter.sources[0]"),
        ({"kinds": [CREATED, 99]}, "filter.kinds[1]"),
        ({"countries": ["FRA"] * 251}, "filter.countries"),
    ],
)
def test_a_filter_that_is_not_understood_is_refused(server, which, field):
    with pytest.raises(grpc.RpcError) as caught:
        list(watch(server, **which))
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert [path for path, _ in violations_in(status_of_call(caught.value))] == [field]
