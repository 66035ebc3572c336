"""`resolver audit`: lists the audit log, copies it, and verifies it or a copy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click
from google.protobuf.timestamp_pb2 import Timestamp

from ftf.resolution.v1.audit_service_pb2 import (
    AuditEntry,
    AuditHead,
    ListAuditEntriesRequest,
    ListAuditEntriesResponse,
    VerifyAuditRequest,
)
from resolver.cli.options import Target, service_options
from resolver.cli.output import message_json, print_json
from resolver.cli.reading import audit_entries
from resolver.domain.audit import Head, parse_head
from resolver.domain.audit_copy import BrokenCopy, VerifiedCopy, copy_line, verify_copy

_FILE = click.Path(dir_okay=False, path_type=Path)


def _read_head(_: click.Context, __: click.Parameter, value: str | None) -> Head | None:
    try:
        return None if value is None else parse_head(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


@click.group()
def audit() -> None:
    """List the audit log, copy it, and verify it or a copy."""


@audit.command("list")
@click.option("--caller", default="", help="Only of this caller, ftf://country/authority/system.")
@click.option("--method", default="", help="Only of this method, package.Service/Method.")
@click.option("--reference", default="", help="Only what refers to this record, identity, decision or other resource.")
@click.option("--since", type=click.DateTime(), help="Only from this time on, UTC.")
@click.option("--until", type=click.DateTime(), help="Only before this time, UTC.")
@service_options
def list_(
    caller: str, method: str, reference: str, since: datetime | None, until: datetime | None, target: Target
) -> None:
    """List entries, the oldest first."""
    request = ListAuditEntriesRequest(
        caller=caller,
        method=method,
        reference=reference,
        start_time=_moment(since),
        end_time=_moment(until),
    )
    with target.connect() as connection:
        found = [entry for page in audit_entries(connection, request) for entry in page.audit_entries]
    if target.as_json:
        print_json([message_json(entry) for entry in found])
        return
    for entry in found:
        click.echo(_line(entry))
    if not found:
        click.echo("There are no such entries.")


@audit.command()
@click.option("--output", type=_FILE, required=True, help="The file to write, a line of JSON for each entry.")
@service_options
def export(output: Path, target: Target) -> None:
    """Copy the log into a file that anybody can verify, and print the head that it ends with.

    The entries that the copying itself leaves are not in it.
    """
    entries, head = 0, Head()
    unfinished = output.with_name(f"{output.name}.unfinished")
    with target.connect() as connection, unfinished.open("w", encoding="utf-8", newline="\n") as file:
        for entry in _until_now(audit_entries(connection, ListAuditEntriesRequest())):
            file.write(copy_line(entry.hash, entry.body))
            entries, head = entries + 1, Head(entry.number, entry.hash)
    unfinished.replace(output)
    if target.as_json:
        print_json({"entries": entries, "head": str(head)})
        return
    click.echo(f"{output}: {entries:,} entries; note this head to compare with later:\n{head}")


def _until_now(pages: Iterator[ListAuditEntriesResponse]) -> Iterator[AuditEntry]:
    """The entries that there were when the first page was asked for."""
    until: int | None = None
    for page in pages:
        until = page.head.number if until is None else until
        for entry in page.audit_entries:
            if entry.number > until:
                return
            yield entry


@audit.command()
@click.option("--copy", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A copy; asks no service.")
@click.option("--head", callback=_read_head, help="A head noted earlier: its entry must still be there.")
@click.option(
    "--extends",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="An earlier copy: what it ends with must still be there.",
)
@service_options
def verify(copy: Path | None, head: Head | None, extends: Path | None, target: Target) -> None:
    """Check every entry of the log, or of a copy, against the one before it. The exit status is 1 where one is wrong.

    Without --head or --extends nobody can tell that the newest entries were cut off, or all were written anew.
    """
    if head is not None and extends is not None:
        raise click.UsageError("give either --head or --extends")
    noted = head if extends is None else _verified(extends, None).head
    if copy is None:
        _verify_served(noted, target)
        return
    found = _verified(copy, noted)
    words = f"{found.entries:,} entries, from {found.start.number + 1:,}; the head is {found.head}"
    _tell(target.as_json, noted, found.noted_holds, words, found.entries, found.head)


def _verified(copy: Path, noted: Head | None) -> VerifiedCopy:
    try:
        with copy.open(encoding="utf-8", newline="\n") as lines:
            return verify_copy(lines, noted)
    except (BrokenCopy, UnicodeDecodeError) as error:
        words = "is no text" if isinstance(error, UnicodeDecodeError) else str(error)
        raise click.ClickException(f"{copy.name}: {words}") from None


def _verify_served(noted: Head | None, target: Target) -> None:
    wanted = None if noted is None else AuditHead(number=noted.number, hash=noted.hash)
    with target.connect() as connection:
        found = connection.audit.VerifyAudit(VerifyAuditRequest(noted_head=wanted))
    if found.broken_number:
        words = f"entry {found.broken_number:,} does not follow from the one before, or was changed"
        raise click.ClickException(words)
    reached = Head(found.head.number, found.head.hash)
    words = f"{found.entry_count:,} entries, from {found.first_number:,}; the head is {reached}"
    _tell(target.as_json, noted, found.noted_head_holds, words, found.entry_count, reached)


def _tell(as_json: bool, noted: Head | None, noted_holds: bool, words: str, entries: int, head: Head) -> None:
    if not noted_holds:
        raise click.ClickException(
            f"the entry of the head {noted} is not there: removed since, changed, or another log's"
        )
    if as_json:
        print_json({"holds": True, "entries": entries, "head": str(head)})
        return
    click.echo(f"The chain holds: {words}.")
    if noted is not None:
        click.echo(f"It extends what was noted as {noted}.")


def _line(entry: AuditEntry) -> str:
    if entry.HasField("removed_through"):
        return f"{entry.number}  {_time(entry)}  entries up to {entry.removed_through.number} were removed as too old"
    results = ", ".join(f"{result.count} {result.kind}" for result in entry.results)
    told = "; ".join(part for part in (entry.reason, results, _names(entry)) if part)
    who = entry.caller or "(plain text)"
    return f"{entry.number}  {_time(entry)}  {who}  {entry.purpose}  {entry.case_reference}  {_method(entry)}  {told}"


def _moment(time: datetime | None) -> Timestamp | None:
    if time is None:
        return None
    moment = Timestamp()
    moment.FromDatetime(time)
    return moment


def _time(entry: AuditEntry) -> str:
    return f"{entry.entry_time.ToDatetime():%Y-%m-%d %H:%M:%S}"


def _method(entry: AuditEntry) -> str:
    return entry.method.rpartition(".")[2]


def _names(entry: AuditEntry) -> str:
    shown, more = entry.references[:3], len(entry.references) - 3
    return ", ".join(shown) + (f" and {more:,} more" if more > 0 else "")
