"""Staging at a server, by the caller's rights."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import click

from ftf.resolution.v1.record_pb2 import Record
from ftf.resolution.v1.reresolution_service_pb2 import StagedSource, StageRecordsRequest
from ftf_client import Client, InvalidInput
from resolver.cli.batches import batches
from resolver.cli.foreign_rows import json_by
from resolver.cli.staging_file import StagingFile
from resolver.jobs import readers
from resolver.jobs.rejects import Reject

_RECORDS_AT_ONCE: Final = 250
_PLACE: Final = re.compile(r"records\[(\d+)\]")


def stage_by_service(
    connection: Client, staging: StagingFile, advance: Callable[[int], None]
) -> tuple[StagedSource, list[Reject]]:
    """Stages a file; returns the source, and the rows that cannot be staged.

    Raises:
        ServiceError: a call failed; what was staged until then is never planned, and expires.
        ClickException: no row could be staged, or the file is damaged.
    """
    source = StagedSource()
    rejects: list[Reject] = []
    try:
        for batch in batches(readers.rows(staging.path), json_by(staging.mapping), _RECORDS_AT_ONCE, 1):
            rejects += batch.rejects
            # Of several with one name the last counts.
            named = {record.name: (line, record) for line, record in zip(batch.lines, batch.records, strict=True)}
            source, refused = _staged(connection, source, list(named.values()))
            rejects += refused
            advance(batch.last_line)
    except readers.UnreadableFile as error:
        raise click.ClickException(str(error)) from None
    if not source.name:
        raise click.ClickException("no row states a record that can be staged")
    request = StageRecordsRequest(staged_source=source.name, whole=True)
    return connection.reresolution.StageRecords(request), rejects


def _staged(
    connection: Client, source: StagedSource, records: list[tuple[int, Record]]
) -> tuple[StagedSource, list[Reject]]:
    """Stages what the service takes of some records, with their lines; returns the source then, and the others."""
    rejects: list[Reject] = []
    while records:
        request = StageRecordsRequest(staged_source=source.name, records=[record for _, record in records])
        try:
            return connection.reresolution.StageRecords(request), rejects
        except InvalidInput as error:
            wrong = _faults(error)
            if not wrong:
                raise
            for place, (first, *others) in wrong.items():
                line, record = records[place]
                rejects.append(Reject(line, error.reason, *first, record.name, tuple(others)))
            records = [each for place, each in enumerate(records) if place not in wrong]
    return source, rejects


def _faults(error: InvalidInput) -> dict[int, list[tuple[str, str]]]:
    """What is wrong with which of the records, by their places."""
    found: dict[int, list[tuple[str, str]]] = {}
    for each in error.violations:
        place = _PLACE.match(each.field)
        if place is not None:
            path = f"record{each.field[place.end() :]}"
            found.setdefault(int(place[1]), []).append((path, each.description))
    return found
