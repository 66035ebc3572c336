"""`resolver identity`: who belongs together now, and how that came about."""

from __future__ import annotations

import click

from ftf.resolution.v1.identity_service_pb2 import LookupIdentityRequest, LookupIdentityResponse
from resolver.cli.connection import connect, service_options
from resolver.cli.output import message_json, print_json
from resolver.cli.reading import history_of
from resolver.cli.receipt import decision_line
from resolver.cli.words import full_name, kind_name


@click.command()
@click.argument("name")
@click.option("--history", is_flag=True, help="Print the decisions that changed the identity, too.")
@service_options
def identity(
    name: str, history: bool, address: str, purpose: str, case_reference: str, timeout: float, as_json: bool
) -> None:
    """Show an identity and its records.

    NAME is an identity that is or ever was (`identities/7` or `7`), or a record
    (`sources/{source}/records/{record}`).
    """
    by_record = name.startswith("sources/")
    request = (
        LookupIdentityRequest(record=name)
        if by_record
        else LookupIdentityRequest(identity=full_name(name, "identities"))
    )
    with connect(address, purpose, case_reference, timeout) as connection:
        found = connection.call(connection.identities.LookupIdentity, request)
        decisions = list(history_of(connection, found.identity.name)) if history else []
    if as_json:
        told = {"history": [message_json(each) for each in decisions]} if history else {}
        print_json({**message_json(found), **told})
        return
    _print(found)
    for decision in decisions:
        click.echo(decision_line(decision))


def _print(found: LookupIdentityResponse) -> None:
    click.echo(f"{found.identity.name}: {len(found.identity.records):,} records")
    if found.HasField("forwarding_decision"):
        decision = found.forwarding_decision
        click.echo(f"The name asked for is retired, by {decision.name} ({kind_name(decision.kind)}).")
    for record in found.identity.records:
        click.echo(f"  {record}")
