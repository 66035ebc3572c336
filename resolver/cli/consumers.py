"""`resolver consumers`: who follows the feed, how far, and what has not been carried out everywhere."""

from __future__ import annotations

import click

from ftf.resolution.v1.consumer_service_pb2 import (
    Acknowledgement,
    Consumer,
    CreateConsumerRequest,
    DeleteConsumerRequest,
    OutstandingDecision,
)
from ftf.resolution.v1.decision_pb2 import DecisionFilter
from resolver.cli.options import HOLDER, Target, service_options
from resolver.cli.output import message_json, print_json
from resolver.cli.reading import acknowledgements_of, all_consumers, outstanding_for
from resolver.cli.words import action_name, full_name

_FOLDER = "consumers"


@click.group()
def consumers() -> None:
    """Create, list and delete consumers of the feed, and see what is outstanding."""


@consumers.command()
@click.argument("name", metavar="CONSUMER")
@click.option("--country", "countries", multiple=True, help="Only what concerns records of this country; repeatable.")
@click.option("--source", "sources", multiple=True, help="Only what concerns records of this source; repeatable.")
@click.option("--cursor", default="", help="Begin after this cursor; absent: with the first decision.")
@HOLDER
@service_options
def create(
    name: str, countries: tuple[str, ...], sources: tuple[str, ...], cursor: str, holder: str, target: Target
) -> None:
    """Create a consumer. The same again changes nothing."""
    which = DecisionFilter(countries=countries, sources=sources)
    consumer = Consumer(holder=holder, filter=which, start_cursor=cursor)
    request = CreateConsumerRequest(consumer_id=full_name(name, _FOLDER).removeprefix(f"{_FOLDER}/"), consumer=consumer)
    with target.connect() as connection:
        created = connection.consumers.CreateConsumer(request)
    if target.as_json:
        print_json(message_json(created))
        return
    click.echo(_consumer_line(created))


@consumers.command("list")
@service_options
def list_(target: Target) -> None:
    """List the consumers: what each has not acknowledged, and what it must still carry out, since when."""
    with target.connect() as connection:
        found = list(all_consumers(connection))
    if target.as_json:
        print_json([message_json(consumer) for consumer in found])
        return
    for consumer in found:
        click.echo(_consumer_line(consumer))
    if not found:
        click.echo("There are no consumers.")


@consumers.command()
@click.argument("name", metavar="[CONSUMER]", required=False)
@service_options
def outstanding(name: str | None, target: Target) -> None:
    """List the decisions that a consumer, or any, must carry out and has not acknowledged."""
    with target.connect() as connection:
        names = [full_name(name, _FOLDER)] if name else [each.name for each in all_consumers(connection)]
        found = [(each, item) for each in names for item in outstanding_for(connection, each)]
    if target.as_json:
        print_json([{"consumer": each} | message_json(item) for each, item in found])
        return
    for each, item in found:
        click.echo(f"{each}  {_outstanding_line(item)}")
    if not found:
        click.echo("Nothing is outstanding.")


@consumers.command()
@click.argument("name", metavar="DECISION")
@service_options
def acknowledgements(name: str, target: Target) -> None:
    """List who had to carry out a decision, and when each said that it did."""
    with target.connect() as connection:
        found = list(acknowledgements_of(connection, full_name(name, "decisions")))
    if target.as_json:
        print_json([message_json(item) for item in found])
        return
    for item in found:
        click.echo(_acknowledgement_line(item))
    if not found:
        click.echo("No consumer had to carry it out.")


@consumers.command()
@click.argument("name", metavar="CONSUMER")
@click.option("--force", is_flag=True, help="Also when decisions are outstanding.")
@HOLDER
@service_options
def delete(name: str, force: bool, holder: str, target: Target) -> None:
    """Delete a consumer, with all that it acknowledged."""
    request = DeleteConsumerRequest(name=full_name(name, _FOLDER), holder=holder, force=force)
    with target.connect() as connection:
        connection.consumers.DeleteConsumer(request)
    if target.as_json:
        print_json({"deleted": request.name})
        return
    click.echo(f"{request.name} is deleted.")


def _consumer_line(consumer: Consumer) -> str:
    behind = f"{consumer.lag_decisions:,} to acknowledge"
    if consumer.HasField("lag_since_time"):
        behind += f" since {consumer.lag_since_time.ToJsonString()}"
    owed = f"{consumer.outstanding_decisions:,} to carry out"
    if consumer.HasField("outstanding_since_time"):
        owed += f" since {consumer.outstanding_since_time.ToJsonString()}"
    which = " ".join((*consumer.filter.countries, *consumer.filter.sources)) or "everything"
    return f"{consumer.name}  {which}: {behind}, {owed}"


def _outstanding_line(item: OutstandingDecision) -> str:
    actions = ", ".join(map(action_name, item.decision.required_actions))
    return f"{item.decision.name}  {item.decision.record}: {actions} since {item.since_time.ToJsonString()}"


def _acknowledgement_line(item: Acknowledgement) -> str:
    if item.HasField("acknowledge_time"):
        return f"{item.consumer}  acknowledged {item.acknowledge_time.ToJsonString()}"
    return f"{item.consumer}  outstanding since {item.since_time.ToJsonString()}"
