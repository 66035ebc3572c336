"""`resolver explain`: a pair of records comparison by comparison, or an identity link by link."""

from __future__ import annotations

from collections.abc import Iterator

import click

from ftf.resolution.v1.explanation_service_pb2 import (
    ExplainIdentityRequest,
    ExplainIdentityResponse,
    ExplainPairRequest,
)
from ftf_client import Client
from resolver.cli.explanation_table import print_pair
from resolver.cli.marking_report import marking_lines
from resolver.cli.options import LANGUAGE, Target, service_options
from resolver.cli.output import message_json, out, print_json
from resolver.cli.words import full_name, link_words, verdict_line


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="RECORD RECORD | IDENTITY")
@LANGUAGE
@service_options
def explain(names: tuple[str, ...], language: str, target: Target) -> None:
    """Explain why two records are, or are not, one person; or how an identity was built."""
    if len(names) > 2:
        raise click.UsageError("give two records or one identity")
    with target.connect() as connection:
        if len(names) == 2:
            pair = ExplainPairRequest(left=names[0], right=names[1], language_code=language)
            _explain_pair(connection, pair, as_json=target.as_json)
        else:
            identity = ExplainIdentityRequest(name=full_name(names[0], "identities"), language_code=language)
            _explain_identity(connection, identity, as_json=target.as_json)


def _explain_pair(connection: Client, request: ExplainPairRequest, *, as_json: bool) -> None:
    found = connection.explanations.ExplainPair(request)
    if as_json:
        print_json(message_json(found))
    else:
        print_pair(out(), found)


def _explain_identity(connection: Client, request: ExplainIdentityRequest, *, as_json: bool) -> None:
    found = connection.explanations.ExplainIdentity(request)
    if as_json:
        print_json(message_json(found))
        return
    for line in _identity_lines(found):
        click.echo(line)


def _identity_lines(found: ExplainIdentityResponse) -> Iterator[str]:
    yield found.name
    yield from (f"  united by  {link_words(link)}" for link in found.uniting_links)
    yield from (f"  {verdict_line(verdict)}" for verdict in found.verdicts)
    if found.HasField("weakest_link"):
        yield f"  weakest    {link_words(found.weakest_link)}"
    elif not found.verdicts:
        yield "  a single record; no links"
    for task, text in zip(found.open_review_tasks, found.review_task_texts, strict=True):
        yield f"  to review  {task.name}, {' and '.join(task.identities)}: {text}"
    yield from marking_lines(found.record_markings)
