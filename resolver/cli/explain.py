"""`resolver explain`: a pair of records comparison by comparison, or an identity link by link."""

from __future__ import annotations

import click

from ftf.resolution.v1.explanation_service_pb2 import (
    ExplainIdentityRequest,
    ExplainIdentityResponse,
    ExplainPairRequest,
)
from resolver.cli.connection import Connection, connect, service_options
from resolver.cli.explanation_table import print_pair
from resolver.cli.output import message_json, out, print_json
from resolver.cli.words import full_name, link_words, reason_words


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="RECORD RECORD | IDENTITY")
@service_options
def explain(
    names: tuple[str, ...], address: str, purpose: str, case_reference: str, timeout: float, as_json: bool
) -> None:
    """Explain why two records are, or are not, one person; or how an identity was built."""
    if len(names) > 2:
        raise click.UsageError("give two records or one identity")
    with connect(address, purpose, case_reference, timeout) as connection:
        if len(names) == 2:
            _explain_pair(connection, names[0], names[1], as_json)
        else:
            _explain_identity(connection, full_name(names[0], "identities"), as_json)


def _explain_pair(connection: Connection, left: str, right: str, as_json: bool) -> None:
    found = connection.call(connection.explanations.ExplainPair, ExplainPairRequest(left=left, right=right))
    if as_json:
        print_json(message_json(found))
    else:
        print_pair(out(), found)


def _explain_identity(connection: Connection, name: str, as_json: bool) -> None:
    found = connection.call(connection.explanations.ExplainIdentity, ExplainIdentityRequest(name=name))
    if as_json:
        print_json(message_json(found))
        return
    for line in _identity_lines(found):
        click.echo(line)


def _identity_lines(found: ExplainIdentityResponse) -> list[str]:
    lines = [f"{found.name}"]
    lines += [f"  united by  {link_words(link)}" for link in found.uniting_links]
    if found.HasField("weakest_link"):
        lines.append(f"  weakest    {link_words(found.weakest_link)}")
    else:
        lines.append("  a single record; no links")
    lines += [
        f"  to review  {' and '.join(task.identities)}: {reason_words(task.reason)}" for task in found.open_review_tasks
    ]
    return lines
