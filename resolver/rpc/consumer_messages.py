"""Consumers and what they must carry out, as messages."""

from __future__ import annotations

from datetime import datetime

from google.protobuf import timestamp_pb2

from ftf.resolution.v1 import consumer_service_pb2 as pb
from resolver.domain.consumer import Acknowledgement, Consumer, Outstanding, Standing
from resolver.domain.feed import FeedPlace
from resolver.rpc.cursors import encode_cursor
from resolver.rpc.decision_filters import filter_to_message
from resolver.rpc.decision_messages import decision_to_message
from resolver.rpc.moments import timestamp
from resolver.rpc.view import View


def consumer_to_message(consumer: Consumer, standing: Standing, view: View) -> pb.Consumer:
    """A consumer with what it has not acknowledged."""
    return pb.Consumer(
        name=consumer.name,
        holder=consumer.holder,
        filter=filter_to_message(consumer.wants),
        create_time=timestamp(consumer.create_time),
        start_cursor=_cursor(consumer.start, view),
        acknowledged_cursor=_cursor(consumer.acknowledged, view),
        acknowledge_time=_time(consumer.acknowledge_time),
        lag_decisions=standing.lag,
        lag_since_time=_time(standing.lag_since),
        outstanding_decisions=standing.outstanding,
        outstanding_since_time=_time(standing.outstanding_since),
    )


def outstanding_to_message(item: Outstanding, view: View) -> pb.OutstandingDecision:
    """A decision that is outstanding."""
    return pb.OutstandingDecision(decision=decision_to_message(item.decision, view), since_time=timestamp(item.since))


def acknowledgement_to_message(item: Acknowledgement) -> pb.Acknowledgement:
    """What a consumer did with a decision."""
    return pb.Acknowledgement(
        consumer=item.consumer, acknowledge_time=_time(item.time), since_time=timestamp(item.since)
    )


def _cursor(place: FeedPlace, view: View) -> str:
    return encode_cursor(place, view) if view.place(place.sequence) else ""


def _time(moment: datetime | None) -> timestamp_pb2.Timestamp | None:
    return None if moment is None else timestamp(moment)
