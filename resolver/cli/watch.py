"""`resolver watch`: the feed, one decision a line, from a cursor on."""

from __future__ import annotations

import json
import time

import click
import grpc

from ftf.resolution.v1.decision_pb2 import Decision, DecisionFilter, DecisionKind
from ftf.resolution.v1.decision_service_pb2 import AcknowledgeDecisionsRequest, WatchDecisionsRequest
from resolver.cli.connection import Connection, ServiceFailed, in_words
from resolver.cli.options import HOLDER, Target, service_options
from resolver.cli.output import message_json
from resolver.cli.receipt import decision_line
from resolver.cli.words import choices, full_name, number_of

_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 10.0
_ACKNOWLEDGE_EVERY = 1.0
"""Seconds; what is left is acknowledged with the next heartbeat."""
_TRANSIENT = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)


@click.command()
@click.option("--cursor", default="", help="Continue after this cursor; absent: from the beginning, or the consumer's.")
@click.option("--stop-at-end", is_flag=True, help="End when everything committed so far is told.")
@click.option("--country", "countries", multiple=True, help="Only what concerns records of this country; repeatable.")
@click.option("--source", "sources", multiple=True, help="Only what concerns records of this source; repeatable.")
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice(choices(DecisionKind.DESCRIPTOR)),
    help="Only decisions of this kind; repeatable.",
)
@click.option("--consumer", default="", help="Follow as this consumer, and acknowledge what was printed.")
@HOLDER
@click.option(
    "--patience",
    type=click.FloatRange(min=0),
    default=120.0,
    show_default=True,
    help="Seconds to look for a service that was lost.",
)
@service_options
def watch(
    cursor: str,
    stop_at_end: bool,
    countries: tuple[str, ...],
    sources: tuple[str, ...],
    kinds: tuple[str, ...],
    consumer: str,
    holder: str,
    patience: float,
    target: Target,
) -> None:
    """Follow the feed of decisions until interrupted. With --json one object a line, with its cursor."""
    request = WatchDecisionsRequest(
        cursor=cursor,
        stop_at_end=stop_at_end,
        consumer=full_name(consumer, "consumers") if consumer else "",
        holder=holder,
    )
    if countries or sources or kinds:
        numbers = [DecisionKind.ValueType(number_of(DecisionKind.DESCRIPTOR, kind)) for kind in kinds]
        request.filter.CopyFrom(DecisionFilter(countries=countries, sources=sources, kinds=numbers))
    with target.connect() as connection:
        _Follower(connection, request, target.as_json).follow(patience)


class _Follower:
    """Follows the feed over as many calls as it takes; the request's cursor remembers what was printed."""

    def __init__(self, connection: Connection, request: WatchDecisionsRequest, as_json: bool) -> None:
        self._connection = connection
        self._request = request
        self._as_json = as_json
        self._heard: float | None = None
        self._acknowledged = ""
        self._acknowledge_at = 0.0

    def follow(self, patience: float) -> None:
        """Ends with the feed where that ends; raises `ServiceFailed` when the service stays away."""
        pause = _FIRST_PAUSE
        while True:
            before = self._heard
            try:
                self._one_call()
                return
            except grpc.RpcError as error:
                code = error.code() if isinstance(error, grpc.Call) else None
                if self._heard is None or code not in _TRANSIENT or time.monotonic() - self._heard > patience:
                    raise ServiceFailed(in_words(error, self._connection.address)) from None
            pause = _FIRST_PAUSE if self._heard != before else min(2 * pause, _LONGEST_PAUSE)
            time.sleep(pause)

    def _one_call(self) -> None:
        for response in self._connection.decisions.WatchDecisions(self._request, metadata=self._connection.metadata):
            self._heard = time.monotonic()
            if response.HasField("decision"):
                self._print(response.decision)
            # After the line is out: a break in between repeats a line rather than losing one.
            self._request.cursor = response.cursor
            if self._heard >= self._acknowledge_at:
                self._acknowledge()
                self._acknowledge_at = self._heard + _ACKNOWLEDGE_EVERY
        self._acknowledge()

    def _acknowledge(self) -> None:
        cursor = self._request.cursor
        if not self._request.consumer or cursor in ("", self._acknowledged):
            return
        request = AcknowledgeDecisionsRequest(
            consumer=self._request.consumer, holder=self._request.holder, cursor=cursor
        )
        self._connection.decisions.AcknowledgeDecisions(
            request, metadata=self._connection.metadata, timeout=self._connection.timeout
        )
        self._acknowledged = cursor

    def _print(self, decision: Decision) -> None:
        line = json.dumps(message_json(decision), ensure_ascii=False) if self._as_json else decision_line(decision)
        click.echo(line)
