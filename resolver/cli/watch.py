"""`resolver watch`: the feed, one decision a line, from a cursor on."""

from __future__ import annotations

import json
import time

import click
import grpc

from ftf.resolution.v1.decision_pb2 import Decision
from ftf.resolution.v1.decision_service_pb2 import WatchDecisionsRequest
from resolver.cli.connection import Connection, ServiceFailed, in_words
from resolver.cli.options import Target, service_options
from resolver.cli.output import message_json
from resolver.cli.receipt import decision_line

_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 10.0
_TRANSIENT = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)


@click.command()
@click.option("--cursor", default="", help="Continue after this cursor; absent: from the beginning.")
@click.option("--stop-at-end", is_flag=True, help="End when everything committed so far is told.")
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
    patience: float,
    target: Target,
) -> None:
    """Follow the feed of decisions until interrupted. With --json one object a line, with its cursor."""
    with target.connect() as connection:
        follower = _Follower(connection, cursor, stop_at_end, target.as_json)
        follower.follow(patience)


class _Follower:
    """Follows the feed over as many calls as it takes; the cursor remembers what was printed."""

    def __init__(self, connection: Connection, cursor: str, stop_at_end: bool, as_json: bool) -> None:
        self._connection = connection
        self._cursor = cursor
        self._stop_at_end = stop_at_end
        self._as_json = as_json
        self._heard: float | None = None

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
        request = WatchDecisionsRequest(cursor=self._cursor, stop_at_end=self._stop_at_end)
        for response in self._connection.decisions.WatchDecisions(request, metadata=self._connection.metadata):
            self._heard = time.monotonic()
            if response.HasField("decision"):
                self._print(response.decision)
            # After the line is out: a break in between repeats a line rather than losing one.
            self._cursor = response.cursor

    def _print(self, decision: Decision) -> None:
        line = json.dumps(message_json(decision), ensure_ascii=False) if self._as_json else decision_line(decision)
        click.echo(line)
