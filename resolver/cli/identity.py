"""`resolver identity`: who belongs together, now or at a past moment, what is stated, and how that came about."""

from __future__ import annotations

import click
from google.protobuf.timestamp_pb2 import Timestamp

from ftf.resolution.v1.identity_service_pb2 import (
    GetGoldenViewRequest,
    GoldenView,
    LookupIdentityRequest,
    LookupIdentityResponse,
)
from resolver.cli.marking_report import words_by_record
from resolver.cli.options import Target, service_options
from resolver.cli.output import message_json, print_json
from resolver.cli.reading import history_of
from resolver.cli.receipt import decision_line
from resolver.cli.words import full_name, kind_name, reason_words


@click.command()
@click.argument("name")
@click.option("--history", is_flag=True, help="Print the decisions that changed the identity, too.")
@click.option("--golden", is_flag=True, help="Print what its records state, and how many support it, too.")
@click.option("--as-of", help="Show it as it was then: a time such as 2026-05-04T12:00:00Z.")
@service_options
def identity(name: str, history: bool, golden: bool, as_of: str | None, target: Target) -> None:
    """Show an identity and its records.

    NAME is an identity that is or ever was (`identities/7` or `7`), or a record
    (`sources/{source}/records/{record}`).
    """
    if golden and as_of:
        raise click.UsageError("--golden shows what is stated now, and goes without --as-of")
    request = LookupIdentityRequest(as_of_time=_moment(as_of) if as_of else None)
    if name.startswith("sources/"):
        request.record = name
    else:
        request.identity = full_name(name, "identities")
    with target.connect() as connection:
        found = connection.identities.LookupIdentity(request)
        now = found.identity.name
        decisions = list(history_of(connection, now)) if history else []
        view = connection.identities.GetGoldenView(GetGoldenViewRequest(name=now)) if golden else None
    if target.as_json:
        told = {"history": [message_json(each) for each in decisions]} if history else {}
        print_json({**message_json(found), **told, **({"golden": message_json(view)} if view else {})})
        return
    _print(found)
    for decision in decisions:
        click.echo(decision_line(decision))
    if view:
        _print_golden(view)


def _moment(text: str) -> Timestamp:
    moment = Timestamp()
    try:
        moment.FromJsonString(text)
    except ValueError:
        raise click.BadParameter("must be a time such as 2026-05-04T12:00:00Z", param_hint="--as-of") from None
    return moment


def _print(found: LookupIdentityResponse) -> None:
    click.echo(f"{found.identity.name}: {len(found.identity.records):,} records, version {found.identity.etag}")
    if found.HasField("forwarding_decision"):
        decision = found.forwarding_decision
        click.echo(f"The name asked for is retired, by {decision.name} ({kind_name(decision.kind)}).")
    marked = words_by_record(found.identity.record_markings)
    for record in found.identity.records:
        click.echo(f"  {record}{marked.get(record, '')}")


def _print_golden(view: GoldenView) -> None:
    for attribute in view.attributes:
        click.echo(attribute.attribute.replace("_", " "))
        for value in attribute.values:
            click.echo(f"  {value.record_count:>4,}  {value.value}")
        for conflict in attribute.conflicts:
            click.echo(f"     !  {conflict.left} and {conflict.right}: {reason_words(conflict.reason)}")
