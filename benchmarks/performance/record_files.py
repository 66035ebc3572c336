"""Records in a file: one message of a stream, serialised."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ftf.resolution.v1.record_pb2 import Record
from ftf.resolution.v1.resolution_service_pb2 import ResolveRecordsRequest


def write_records(path: Path, records: Sequence[Record]) -> None:
    """Writes records."""
    path.write_bytes(ResolveRecordsRequest(records=records).SerializeToString())


def read_records(path: Path) -> list[Record]:
    """The records that `write_records` wrote."""
    return list(ResolveRecordsRequest.FromString(path.read_bytes()).records)
