"""`resolver review`: what the machine leaves to people."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice

import click

from ftf.resolution.v1.decision_pb2 import ReviewReason
from ftf.resolution.v1.explanation_service_pb2 import ExplainPairRequest
from ftf.resolution.v1.review_service_pb2 import (
    ClaimReviewTaskRequest,
    GetReviewTaskRequest,
    ListReviewTasksRequest,
    ResolveReviewTaskRequest,
)
from ftf.resolution.v1.verdict_service_pb2 import VerdictKind
from resolver.cli.explanation_table import print_pair
from resolver.cli.judgement_report import print_ruled, task_line, task_lines
from resolver.cli.marking_report import marking_lines
from resolver.cli.options import (
    DRY_RUN,
    ETAG,
    EXAMINER,
    LANGUAGE,
    Judgement,
    Target,
    judgement_options,
    service_options,
)
from resolver.cli.output import message_json, out, print_json
from resolver.cli.reading import review_tasks
from resolver.cli.words import choices, full_name, number_of


@click.group()
def review() -> None:
    """List, show, claim and resolve review tasks."""


@review.command("list")
@click.option("--authority", default="", help="Only tasks whose link has a record of this authority.")
@click.option("--country", default="", help="Only tasks whose link has a record of this country, an ICAO code.")
@click.option(
    "--reason",
    "reasons",
    multiple=True,
    type=click.Choice(choices(ReviewReason.DESCRIPTOR)),
    help="Only tasks with this reason; may be repeated.",
)
@click.option("--unclaimed", is_flag=True, help="Only tasks that nobody has claimed.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many at most.")
@service_options
def list_(authority: str, country: str, reasons: tuple[str, ...], unclaimed: bool, limit: int, target: Target) -> None:
    """List open tasks, those first that are worth most: what is at stake, the odds, and the days of waiting."""
    request = ListReviewTasksRequest(
        authority=authority,
        country=country,
        reasons=[ReviewReason.ValueType(number_of(ReviewReason.DESCRIPTOR, reason)) for reason in reasons],
        unclaimed_only=unclaimed,
        page_size=min(limit, 1000),
    )
    with target.connect() as connection:
        found = list(islice(review_tasks(connection, request), limit))
    if target.as_json:
        print_json([message_json(task) for task in found])
        return
    for task in found:
        for line in (task_line(task), *marking_lines(task.record_markings)):
            click.echo(line)
    if not found:
        click.echo("No such task is open.")


@review.command()
@click.argument("name", metavar="TASK")
@LANGUAGE
@service_options
def show(name: str, language: str, target: Target) -> None:
    """Show a task, and explain the pair of records that it asks about."""
    with target.connect() as connection:
        task = connection.reviews.GetReviewTask(GetReviewTaskRequest(name=_task(name)))
        request = ExplainPairRequest(left=task.link.left, right=task.link.right, language_code=language)
        explained = connection.explanations.ExplainPair(request)
    if target.as_json:
        print_json({"reviewTask": message_json(task), "explanation": message_json(explained)})
        return
    for line in task_lines(task):
        click.echo(line)
    print_pair(out(), explained)


@review.command()
@click.argument("name", metavar="TASK")
@EXAMINER
@click.option(
    "--minutes", type=click.FloatRange(min=0, min_open=True), default=30, show_default=True, help="For how long."
)
@ETAG
@DRY_RUN
@service_options
def claim(name: str, examiner: str, minutes: float, etag: str, dry_run: bool, target: Target) -> None:
    """Claim a task, so that nobody else works on it meanwhile."""
    request = ClaimReviewTaskRequest(name=_task(name), examiner=examiner, etag=etag, validate_only=dry_run)
    request.duration.FromTimedelta(timedelta(minutes=minutes))
    with target.connect() as connection:
        task = connection.reviews.ClaimReviewTask(request)
    if target.as_json:
        print_json(message_json(task))
        return
    for line in task_lines(task):
        click.echo(line)


@review.command()
@click.argument("name", metavar="TASK")
@click.argument("kind", type=click.Choice(choices(VerdictKind.DESCRIPTOR)))
@judgement_options
@service_options
def resolve(name: str, kind: str, judgement: Judgement, target: Target) -> None:
    """Resolve a claimed task: the two records of its link are the same person, or different people."""
    request = ResolveReviewTaskRequest(
        name=_task(name),
        kind=VerdictKind.ValueType(number_of(VerdictKind.DESCRIPTOR, kind)),
        etag=judgement.etag,
        validate_only=judgement.dry_run,
        **judgement.word(),
    )
    with target.connect() as connection:
        print_ruled(connection.reviews.ResolveReviewTask(request), as_json=target.as_json)


def _task(name: str) -> str:
    return full_name(name, "reviewTasks")
