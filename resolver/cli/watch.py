"""`resolver watch`: the feed, one decision a line, from a cursor on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import click

from ftf.resolution.v1.decision_pb2 import Decision, DecisionFilter, DecisionKind
from ftf.resolution.v1.decision_service_pb2 import WatchDecisionsRequest
from ftf_client import FeedFollower, Persistence
from resolver.cli.options import HOLDER, Target, service_options
from resolver.cli.output import message_json
from resolver.cli.receipt import decision_line
from resolver.cli.words import choices, full_name, number_of


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
    request = WatchDecisionsRequest(consumer=full_name(consumer, "consumers") if consumer else "", holder=holder)
    if countries or sources or kinds:
        numbers = [DecisionKind.ValueType(number_of(DecisionKind.DESCRIPTOR, kind)) for kind in kinds]
        request.filter.CopyFrom(DecisionFilter(countries=countries, sources=sources, kinds=numbers))

    def show(decision: Decision) -> None:
        content = message_json(decision)
        click.echo(json.dumps(content, ensure_ascii=False) if target.as_json else decision_line(decision))

    with target.connect(Persistence(patience)) as connection:
        FeedFollower(connection, _Printed(cursor), request).follow(show, stop_at_end=stop_at_end)


class _Printed:
    """The cursor of what was printed, for as long as the command runs."""

    def __init__(self, cursor: str) -> None:
        self._cursor = cursor

    def load(self) -> str:
        return self._cursor

    @contextmanager
    def keeping(self, cursor: str) -> Iterator[None]:
        yield
        # After the line is out: a break in between repeats a line rather than losing one.
        self._cursor = cursor
