"""Reads a file of records, one JSON message a line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from google.protobuf import json_format

from ftf.resolution.v1 import record_pb2
from resolver.domain.record import Record
from resolver.jobs.corpus import CorpusInvalid
from resolver.rpc.convert import record_to_domain


class LineInvalid(CorpusInvalid):
    """A line is not a record. The message names the line; `detail` says more, and may show what the line states."""

    def __init__(self, line: int, detail: str) -> None:
        super().__init__(f"line {line}: not a record")
        self.detail = detail


def read_record_lines(path: Path) -> Iterator[Record]:
    """The records of a file. Raises LineInvalid."""
    with path.open(encoding="utf-8") as lines:
        try:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    try:
                        yield record_to_domain(json_format.Parse(line, record_pb2.Record()))
                    except (json_format.ParseError, ValueError) as error:
                        raise LineInvalid(number, str(error)) from None
        except UnicodeDecodeError as error:
            raise CorpusInvalid("the file is not UTF-8") from error
