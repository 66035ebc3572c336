"""`resolver resolve`: one record in, its receipt out."""

from __future__ import annotations

from typing import Any, TextIO

import click
from google.protobuf import json_format

from ftf.resolution.v1.record_pb2 import Record
from ftf.resolution.v1.resolution_service_pb2 import ResolveRecordRequest
from resolver.cli.options import Target, service_options
from resolver.cli.output import message_json, print_json
from resolver.cli.receipt import receipt_lines
from resolver.jobs.mapping_values import DateValue, Row, RowRejected, Template


@click.command()
@click.argument("file", type=click.File(encoding="utf-8"), required=False)
@click.option("--record", help="The record's name, `sources/{source}/records/{record}`.")
@click.option("--name", "names", multiple=True, help="A name of the person; may be repeated.")
@click.option("--country", help="The owner's country, an ICAO code such as FRA.")
@click.option("--birth", help="The birth date: 1990-05-17, 1990-05 or 1990.")
@click.option("--nationality", "nationalities", multiple=True, help="An ICAO code; may be repeated.")
@click.option("--dry-run", is_flag=True, help="Say what would be decided, and store nothing.")
@service_options
def resolve(
    file: TextIO | None,
    record: str | None,
    names: tuple[str, ...],
    country: str | None,
    birth: str | None,
    nationalities: tuple[str, ...],
    dry_run: bool,
    target: Target,
) -> None:
    """Send one record and print what was decided.

    FILE has the record as JSON; `-` is standard input. Without a file the options state the record.
    """
    quick = bool(record or names or country or birth or nationalities)
    if (file is None) is not quick:
        raise click.UsageError("give either a file or the options that state a record")
    message = _parsed(file.read()) if file else _stated(record, names, country, birth, nationalities)
    with target.connect() as connection:
        request = ResolveRecordRequest(record=message, validate_only=dry_run)
        decision = connection.resolution.ResolveRecord(request)
    if target.as_json:
        print_json(message_json(decision))
        return
    for line in receipt_lines(decision):
        click.echo(line)


def _parsed(text: str) -> Record:
    try:
        return json_format.Parse(text, Record())
    except (json_format.ParseError, UnicodeError) as error:
        raise click.ClickException(f"is not a record: {error}") from None


def _stated(
    record: str | None, names: tuple[str, ...], country: str | None, birth: str | None, nationalities: tuple[str, ...]
) -> Record:
    if not (record and names and country):
        raise click.UsageError("--record, --name and --country are needed")
    identity: dict[str, Any] = {
        "names": [{"fullName": name} for name in names],
        "births": [{"earliest": _date(birth), "asEntered": birth}] if birth else [],
        "nationalities": list(nationalities),
    }
    return json_format.ParseDict({"name": record, "owner": {"country": country}, "identities": [identity]}, Record())


def _date(text: str) -> dict[str, int]:
    try:
        found = DateValue("--birth", Template("{birth}")).date(Row({"birth": text}, frozenset()))
    except RowRejected as error:
        raise click.BadParameter(error.message, param_hint="--birth") from None
    return found[0] if found else {}
