"""`resolver retention`: which records are due, keeping one longer, and the policy by which they are kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click
from google.type import date_pb2

from ftf.resolution.v1.retention_pb2 import RecordRetention
from ftf.resolution.v1.retention_service_pb2 import ExtendRetentionRequest, ListDueRecordsRequest
from ftf_client.client import Client
from resolver.cli.marking_report import words_by_record
from resolver.cli.options import Target, service_options
from resolver.cli.output import message_json, print_json
from resolver.cli.retention_options import policy_of
from resolver.domain.retention import RecordClass

_DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def retention() -> None:
    """List which records are due, keep one longer, and show the policy."""


@retention.command()
@click.option("--within", "days", type=click.IntRange(1, 3650), help="Days ahead; absent: the notice of the policy.")
@service_options
def due(days: int | None, target: Target) -> None:
    """List records that must be reviewed or expire before long; over mutual TLS your own."""
    with target.connect() as connection:
        found = list(_all_due(connection, days or 0))
    if target.as_json:
        print_json([message_json(each) for each in found])
        return
    for each in found:
        click.echo(_line(each))
    if not found:
        click.echo("no record is due")


@retention.command()
@click.argument("record")
@click.option("--review", type=_DAY, help="The day by which the record must be reviewed next; absent: as it is.")
@click.option("--expiry", type=_DAY, help="The last day on which the record is to be kept; absent: as it is.")
@click.option("--reason", required=True, help="Why it has to be kept longer.")
@service_options
def extend(record: str, review: datetime | None, expiry: datetime | None, reason: str, target: Target) -> None:
    """Keep RECORD longer."""
    request = ExtendRetentionRequest(
        name=record, review_date=_message(review), expiry_date=_message(expiry), reason=reason
    )
    with target.connect() as connection:
        kept = connection.retention.ExtendRetention(request)
    if target.as_json:
        print_json(message_json(kept))
    else:
        click.echo(_line(kept))


@retention.command()
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
def policy(file: Path | None, as_json: bool) -> None:
    """Check the policy in FILE and show it; without one, show the policy that is shipped."""
    found = policy_of(file)
    if as_json:
        print_json(
            {
                "notice_days": found.notice.days,
                "periods": {each.name: asdict(periods) for each, periods in found.periods.items()},
                "sources": {str(pattern): each.name for pattern, each in found.sources},
            }
        )
        return
    click.echo(f"owners are told {found.notice.days} days before")
    for record_class, periods in sorted(found.periods.items(), key=lambda item: item[0].value):
        name = "all others" if record_class is RecordClass.UNSPECIFIED else record_class.name
        years = f"review after {periods.review_years}, expiry after {periods.expiry_years}"
        click.echo(f"{name:<20} {years}, at most {periods.longest_years} years")
    for pattern, record_class in found.sources:
        click.echo(f"source {pattern}: {record_class.name} where the owner states no class")


def _all_due(connection: Client, days: int) -> Iterator[RecordRetention]:
    token = ""
    while True:
        page = connection.retention.ListDueRecords(
            ListDueRecordsRequest(within_days=days, page_token=token, page_size=1_000)
        )
        yield from page.records
        token = page.next_page_token
        if not token:
            return


def _line(kept: RecordRetention) -> str:
    extended = f", extended {kept.extensions} times" if kept.extensions else ""
    marked = words_by_record(kept.record_markings).get(kept.record, "")
    return f"{kept.record}  review by {_day(kept.review_date)}, expires {_day(kept.expiry_date)}{extended}{marked}"


def _day(value: date_pb2.Date) -> str:
    return f"{value.year:04}-{value.month:02}-{value.day:02}"


def _message(day: datetime | None) -> date_pb2.Date | None:
    return None if day is None else date_pb2.Date(year=day.year, month=day.month, day=day.day)
