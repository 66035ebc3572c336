"""`resolver watch`: the feed, one decision a line, from a cursor on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import click

from ftf.resolution.v1.decision_pb2 import Decision
from ftf_client import FeedFollower, Persistence
from resolver.cli.options import Target, service_options
from resolver.cli.output import message_json
from resolver.cli.receipt import decision_line


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

    def show(decision: Decision) -> None:
        content = message_json(decision)
        click.echo(json.dumps(content, ensure_ascii=False) if target.as_json else decision_line(decision))

    with target.connect(Persistence(patience)) as connection:
        FeedFollower(connection, _Printed(cursor)).follow(show, stop_at_end=stop_at_end)


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
