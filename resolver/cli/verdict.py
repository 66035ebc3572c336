"""`resolver verdict`: what people decide about pairs of records and about identities."""

from __future__ import annotations

import click

from ftf.resolution.v1.verdict_service_pb2 import (
    ConfirmVerdictRequest,
    CreateVerdictRequest,
    GetVerdictRequest,
    MergeIdentitiesRequest,
    SplitIdentityRequest,
    Verdict,
    VerdictKind,
    VerdictState,
    WithdrawVerdictRequest,
)
from resolver.cli.judgement_report import print_ruled, verdict_lines
from resolver.cli.marking_report import marking_lines
from resolver.cli.options import DRY_RUN, ETAG, EXAMINER, Judgement, Target, judgement_options, service_options
from resolver.cli.output import message_json, print_json
from resolver.cli.reading import verdicts_of
from resolver.cli.words import choices, full_name, number_of, verdict_line


@click.group()
def verdict() -> None:
    """Give, confirm, withdraw and read verdicts; merge and split identities by them."""


@verdict.command()
@click.argument("left", metavar="RECORD")
@click.argument("right", metavar="RECORD")
@click.argument("kind", type=click.Choice(choices(VerdictKind.DESCRIPTOR)))
@judgement_options
@service_options
def give(left: str, right: str, kind: str, judgement: Judgement, target: Target) -> None:
    """Say that two records are the same person, or different people."""
    given = Verdict(
        left=left, right=right, kind=VerdictKind.ValueType(number_of(VerdictKind.DESCRIPTOR, kind)), **judgement.word()
    )
    with target.connect() as connection:
        request = CreateVerdictRequest(verdict=given, validate_only=judgement.dry_run)
        print_ruled(connection.verdicts.CreateVerdict(request), as_json=target.as_json)


@verdict.command()
@click.argument("name", metavar="VERDICT")
@EXAMINER
@ETAG
@DRY_RUN
@service_options
def confirm(name: str, examiner: str, etag: str, dry_run: bool, target: Target) -> None:
    """Agree, as the second person, to a verdict that waits for one."""
    with target.connect() as connection:
        request = ConfirmVerdictRequest(
            name=full_name(name, "verdicts"), examiner=examiner, etag=etag, validate_only=dry_run
        )
        print_ruled(connection.verdicts.ConfirmVerdict(request), as_json=target.as_json)


@verdict.command()
@click.argument("name", metavar="VERDICT")
@EXAMINER
@click.option("--reason", required=True, help="Why, in the examiner's words.")
@ETAG
@DRY_RUN
@service_options
def withdraw(name: str, examiner: str, reason: str, etag: str, dry_run: bool, target: Target) -> None:
    """Take a verdict back; what it held together or apart is decided again."""
    with target.connect() as connection:
        request = WithdrawVerdictRequest(
            name=full_name(name, "verdicts"), examiner=examiner, reason=reason, etag=etag, validate_only=dry_run
        )
        print_ruled(connection.verdicts.WithdrawVerdict(request), as_json=target.as_json)


@verdict.command()
@click.argument("one", metavar="IDENTITY")
@click.argument("other", metavar="IDENTITY")
@judgement_options
@service_options
def merge(one: str, other: str, judgement: Judgement, target: Target) -> None:
    """Merge two identities: a verdict that their oldest records are the same person.

    --etag guards the first of the two.
    """
    with target.connect() as connection:
        request = MergeIdentitiesRequest(
            identities=[full_name(name, "identities") for name in (one, other)],
            etags=[judgement.etag, ""],
            validate_only=judgement.dry_run,
            **judgement.word(),
        )
        print_ruled(connection.verdicts.MergeIdentities(request), as_json=target.as_json)


@verdict.command()
@click.argument("name", metavar="IDENTITY")
@click.argument("records", metavar="RECORD...", nargs=-1, required=True)
@judgement_options
@service_options
def split(name: str, records: tuple[str, ...], judgement: Judgement, target: Target) -> None:
    """Split an identity: the fewest verdicts by which the named records leave and the others stay."""
    with target.connect() as connection:
        request = SplitIdentityRequest(
            name=full_name(name, "identities"),
            records=records,
            etag=judgement.etag,
            validate_only=judgement.dry_run,
            **judgement.word(),
        )
        print_ruled(connection.verdicts.SplitIdentity(request), as_json=target.as_json)


@verdict.command("list")
@click.option("--record", default="", help="Only verdicts on this record.")
@click.option("--state", type=click.Choice(choices(VerdictState.DESCRIPTOR)), help="Only verdicts in this state.")
@service_options
def list_(record: str, state: str | None, target: Target) -> None:
    """List verdicts, newest first."""
    number = number_of(VerdictState.DESCRIPTOR, state) if state else 0
    with target.connect() as connection:
        found = list(verdicts_of(connection, record, number))
    if target.as_json:
        print_json([message_json(each) for each in found])
        return
    for each in found:
        for line in (verdict_line(each), *marking_lines(each.record_markings)):
            click.echo(line)


@verdict.command()
@click.argument("name", metavar="VERDICT")
@service_options
def show(name: str, target: Target) -> None:
    """Show one verdict, withdrawn ones included."""
    with target.connect() as connection:
        found = connection.verdicts.GetVerdict(GetVerdictRequest(name=full_name(name, "verdicts")))
    if target.as_json:
        print_json(message_json(found))
        return
    for line in verdict_lines(found):
        click.echo(line)
