"""Reads a file of records, one JSON message a line, for commands that work without a service."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from resolver.domain.record import Record
from resolver.jobs.corpus import CorpusInvalid
from resolver.rpc.record_lines import LineInvalid, read_record_lines


def read_records(path: Path) -> Iterator[Record]:
    """The records of a file. A line that is not a record ends the command with the file and the line."""
    try:
        yield from read_record_lines(path)
    except LineInvalid as error:
        raise click.ClickException(f"{path.name}, {error}: {error.detail}") from None
    except CorpusInvalid as error:
        raise click.ClickException(f"{path.name}: {error}") from None
