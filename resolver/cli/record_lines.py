"""Reads a file of records, one JSON message a line, for commands that work without a service."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
from google.protobuf import json_format

from ftf.resolution.v1 import record_pb2
from resolver.domain.record import Record
from resolver.rpc.convert import record_to_domain


def read_records(path: Path) -> Iterator[Record]:
    """The records of a file. A line that is not a record ends the command with the file and the line."""
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                yield record_to_domain(json_format.Parse(line, record_pb2.Record()))
            except (json_format.ParseError, ValueError) as error:
                raise click.ClickException(f"{path.name}, line {number}: not a record: {error}") from None
